using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>A site whose content is behind a consent dialog and a login, in a frame, and in a virtual list.</summary>
