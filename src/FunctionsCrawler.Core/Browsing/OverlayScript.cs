namespace FunctionsCrawler.Browsing;

/// <summary>The script that removes what lies over the content of a page: dialogs about cookies, sign-ups, age.</summary>
internal static class OverlayScript
{
    /// <summary>
    /// Removes overlays, and lets a page scroll again that a dialog had stopped. An element that holds the page's main part, or
    /// most of its text, is content and stays, however it is laid out; a short text about cookies is not, if there is anything
    /// else. Evaluates to the number of removed elements.
    /// </summary>
    public const string Remove = $$"""
        (() => {
          const known = '{{KnownDialogs}}';
          const words = /\b(cookies?|consent|privacy|gdpr|ccpa|newsletter|subscribe|sign up|adblock|ad blocker|age verification|{{OtherLanguages}})\b/i;
          const maxElements = 20000;
          const roots = ({{TabScripts.Roots}})(maxElements);
          const body = document.body;
          if (!body) return 0;
          // A form has its field of these names instead.
          const text = e => typeof e.textContent === 'string' ? e.textContent : '';
          const isVisible = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
          const lengthOf = e => (e.innerText ?? '').trim().length;
          const has = (e, selector) => e.matches(selector) || e.querySelector(selector) !== null;
          const isAboutConsent = e => text(e).length < 2000 && words.test(text(e).trim().slice(0, 300));
          const holdsMain = e => e === body || e.contains(body) || has(e, 'main, [role=main], article');
          const holdsMost = e => {
            const [all, own] = [lengthOf(body), lengthOf(e)];
            return own > all / 2 && (all - own < 5 || has(e, 'nav, header, footer, h1') || !isAboutConsent(e));
          };
          const removed = new Set();
          const remove = (e, isKnown) => {
            if (removed.has(e) || holdsMain(e) || !isKnown && holdsMost(e)) return;
            if (e.localName === 'dialog' && e.open) e.close();
            e.remove();
            removed.add(e);
          };
          for (const root of roots) for (const e of root.querySelectorAll(known)) remove(e, true);
          const covers = e => {
            const box = e.getBoundingClientRect();
            const width = Math.min(box.right, innerWidth) - Math.max(box.left, 0);
            const height = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
            return width > 0 && height > 0 ? width * height / (innerWidth * innerHeight) : 0;
          };
          const isLaidOver = e => {
            const style = getComputedStyle(e);
            return style.position === 'fixed' || style.position === 'sticky'
              || (style.position === 'absolute' && Number(style.zIndex) >= 100);
          };
          const elements = roots.flatMap(root => [...root.querySelectorAll('*')]).slice(0, maxElements);
          for (const e of elements) {
            if (!e.isConnected || e instanceof SVGElement || e === body || !isVisible(e)) continue;
            const isDialog = e.matches('dialog:modal, [role=dialog], [role=alertdialog], [aria-modal=true]');
            if (e.matches('dialog:modal')) { remove(e); continue; }
            if (!isLaidOver(e)) continue;
            const share = covers(e);
            // A veil behind a dialog has no text. Menus at the edge of the window are kept unless they speak of cookies.
            const isVeil = share > 0.9 && text(e).trim() === '' && e.querySelector('img, video, canvas, svg, iframe') === null;
            if (isVeil || (isDialog && share > 0.05) || share > 0.5 || (share > 0.02 && words.test(text(e)) && text(e).length < 5000
                && e.querySelector('button, a, input, [role=button]') !== null && e.closest('header, nav') === null))
              remove(e);
          }
          if (removed.size > 0)
            for (const e of [document.documentElement, body]) {
              const style = getComputedStyle(e);
              if (/hidden|clip/.test(style.overflowY)) e.style.setProperty('overflow', 'auto', 'important');
              if (style.position === 'fixed') e.style.setProperty('position', 'static', 'important');
            }
          return removed.size;
        })()
        """;

    // The outermost elements of widely used products, from their documentation.
    private const string KnownDialogs =
        "#onetrust-consent-sdk, #CybotCookiebotDialog, #CybotCookiebotDialogBodyUnderlay, #didomi-host, #usercentrics-root, "
        + "#usercentrics-cmp-ui, #truste-consent-track, .truste_overlay, .truste_box_overlay, .qc-cmp2-container, "
        + ".osano-cm-window, .cky-consent-container, .cky-overlay, #cmplz-cookiebanner-container, .cmplz-cookiebanner, "
        + "#iubenda-cs-banner, .klaro, #klaro, #termly-code-snippet-support, [id^=sp_message_container_], #BorlabsCookieBox, "
        + ".fc-consent-root, #axeptio_overlay, #cmpbox, #cmpbox2, #hs-eu-cookie-confirmation, #tarteaucitronRoot, "
        + "#cookie-notice, #cookie-law-info-bar, #moove_gdpr_cookie_info_bar, #ccc, #cc-main, .cc-window.cc-banner, "
        + "#cookiefirst-root, #cookiescript_injected, #gdpr-cookie-message, #consent_blackbar, #transcend-consent-manager, "
        + "#ketch-consent, #shopify-pc__banner";

    // Cookies and data protection, in the other large languages of the web.
    private const string OtherLanguages =
        "datenschutz|einwilligung|confidentialité|consentement|privacidad|consentimiento|privacidade|riservatezza|toestemming|zgod[aęy]";
}
