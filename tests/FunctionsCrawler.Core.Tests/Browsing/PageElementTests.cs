using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>How steps find elements and use them as a user would.</summary>
public class PageElementTests(OneBrowser one) : ActionTestBase(one)
{
    [Theory]
    [InlineData("""{"click":"#target"}""", "mousedown:true mouseup:true click:true")]
    [InlineData(
        """{"doubleClick":"css:#target"}""",
        "click:true target mousedown:true mouseup:true click:true target dblclick:true"
    )]
    [InlineData("""{"hover":"text:the target"}""", "mouseover:true")]
    [InlineData("""{"check":"#box"}""", "change:true box=true")]
    [InlineData("""{"uncheck":"#checked"}""", "change:true checked=false")]
    [InlineData("""{"select":{"from":"#list","value":"b"}}""", "change:false list=b")]
    [InlineData("""{"select":{"from":"#list","value":"Third"}}""", "change:false list=c")]
    [InlineData("""{"write":{"into":"#field","text":"new"}}""", "input:true field=new")]
    [InlineData("""{"write":{"into":"#field","text":""}}""", "input:true field=")]
    [InlineData("""{"write":{"into":"#date","text":"2026-03-01"}}""", "change:false date=2026-03-01")]
    [InlineData("""{"write":{"into":"#editable","text":"edited"}}""", "editable=edited")]
    [InlineData("""{"click":"#inner"}""", "click:true")]
    [InlineData("""{"check":"text:drawn"}""", "change:true drawn=true")]
    [InlineData("""{"check":"#drawn"}""", "change:true drawn=true")]
    [InlineData("""{"click":"text:THE TARGET"}""", "click:true target")]
    public async Task Visit_Step_CausesTheEventsOfAUser(string json, string events)
    {
        var step = JsonSerializer.Deserialize(json, CrawlJson.Default.PageAction)!;
        var visit = await VisitAsync(Listening(), step);
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Detail));
        Assert.Contains(events, visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_KeysAndScrolling_ReachThePage()
    {
        var visit = await VisitAsync(
            Listening(),
            new PageAction { Click = "#field" },
            new PageAction { Press = "x" },
            new PageAction { Press = "ArrowDown" },
            new PageAction { Scroll = "down" },
            new PageAction { Wait = "100" },
            new PageAction { Scroll = "#far" }
        );
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Detail));
        Assert.Contains("keydown:x", visit.Html, StringComparison.Ordinal);
        Assert.Contains("keydown:ArrowDown", visit.Html, StringComparison.Ordinal);
        Assert.Contains("scrolled", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#missing", "no element matches")]
    [InlineData("#hidden", "it is not visible")]
    [InlineData("#disabled", "it is disabled")]
    [InlineData("#covered", "it is covered by <div#cover>")]
    [InlineData("p[", "'p[' is not a valid selector")]
    [InlineData("text:nowhere to be found", "no element matches")]
    public async Task Visit_ElementThatCannotBeClicked_NamesStepAndReason(string element, string reason)
    {
        var url = Site.Page(
            "/unusable",
            $"<p>{Words}</p><b id=hidden hidden>x</b><button id=disabled disabled>x</button>"
                + "<button id=covered style='position: absolute; left: 0; top: 0'>x</button>"
                + "<div id=cover style='position: fixed; inset: 0; z-index: 9'></div>"
        );
        var visit = await VisitAsync(
            url,
            new VisitOptions { Actions = [new PageAction { Wait = "1" }, new PageAction { Click = element }] },
            TimeSpan.FromSeconds(5)
        );
        Assert.Equal(VisitEnd.ActionFailed, visit.End);
        Assert.StartsWith($"step 2, click {element}: ", visit.Detail, StringComparison.Ordinal);
        Assert.Contains(reason, visit.Detail, StringComparison.Ordinal);
        Assert.Null(visit.Html);
    }

    [Theory]
    [InlineData("<script>setTimeout(() => go.hidden = false, 1000)</script><button id=go hidden>Go on</button>")]
    [InlineData(
        "<script>/* Go on */</script><button style='visibility: hidden'>Go on</button><button id=go>Go on</button>"
    )]
    [InlineData("<h2>Go on</h2><noscript>Go on</noscript><button id=go>Go on</button>")]
    [InlineData(
        "<p>Go on reading</p><input type=submit value='Go on' hidden><a id=go href='#x' style='text-transform: uppercase'>Go <b>on</b></a>"
    )]
    [InlineData("<button>Go on later</button><input id=go type=button value='Go on'>")]
    [InlineData("<div><span>Go</span> <span>on</span></div><script>document.querySelector('div').id = 'go'</script>")]
    public async Task Visit_ElementThatIsNamedByItsText_IsTheOneThatAUserSees(string markup)
    {
        const string listen =
            "<script>addEventListener('click', e => document.title = 'clicked ' + e.target.closest('[id]')?.id)</script>";
        var url = Site.Page("/by-text", $"<title>x</title><p id=words>{Words}</p>{markup}{listen}");
        var visit = await VisitAsync(url, new PageAction { Click = "text:Go on" });
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Detail));
        Assert.Contains("<title>clicked go</title>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_FileInput_CannotBeWrittenInto()
    {
        var write = new PageWrite { Into = "#file", Text = "x" };
        var visit = await VisitAsync(Listening(), new PageAction { Write = write });
        Assert.Equal("step 1, write #file: it is an input of type file, which takes no text", visit.Detail);
    }

    [Fact]
    public async Task Visit_ElementThatMovesAndComesLate_IsClicked()
    {
        const string script =
            "setTimeout(() => document.body.insertAdjacentHTML('beforeend', "
            + "'<button id=late style=\"transition: margin 0.5s linear\" onclick=\"this.outerHTML = `<i>clicked</i>`\">x</button>'), 1000);"
            + "setTimeout(() => late.style.marginLeft = '300px', 1050)";
        var visit = await VisitAsync(Site.Script("/moves", script), new PageAction { Click = "#late" });
        Assert.Contains("<i>clicked</i>", visit.Html, StringComparison.Ordinal);
    }

    private Uri Listening() =>
        Site.Page(
            "/listens",
            $$"""
            <p id=log></p><p>{{Words}}</p><button id=target>the target</button>
            <input type=checkbox id=box><label><input type=checkbox id=checked checked>label</label>
            <select id=list><option value=a>First</option><option value=b>Second</option><option value=c>Third</option></select>
            <input id=field value=old><input type=date id=date><div id=editable contenteditable>old text</div>
            <input type=checkbox id=drawn style="display: none"><label for=drawn>drawn</label><input type=file id=file>
            <div id=host><template shadowrootmode=open><button id=inner>in the shadow</button></template></div>
            <div style="height: 3000px"></div><p id=far>far</p>
            <script>
              const write = text => log.append(text + ' ');
              for (const name of ['mouseover', 'mousedown', 'mouseup', 'click', 'dblclick', 'input', 'change'])
                document.addEventListener(name, e => {
                  write(name + ':' + e.isTrusted);
                  const t = e.target;
                  if (name === 'click') write(t.id);
                  if (name === 'change' && 'checked' in t && t.type === 'checkbox') write(t.id + '=' + t.checked);
                  else if (/input|change/.test(name)) write(t.id + '=' + (t.value ?? t.textContent));
                });
              document.addEventListener('keydown', e => write('keydown:' + e.key));
              document.addEventListener('scroll', () => write('scrolled'), { once: true });
            </script>
            """
        );
}

public sealed class PlaywrightPageElementTests(OneBrowser one) : PageElementTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
