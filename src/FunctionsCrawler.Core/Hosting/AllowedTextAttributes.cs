using System.ComponentModel.DataAnnotations;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Proxies;

namespace FunctionsCrawler.Hosting;

/// <summary>Requires that every entry is a valid address range or host.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedEntriesAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        foreach (var text in value as IEnumerable<string> ?? [])
        {
            if (!AllowEntry.TryParseAllow(text, out _, out var fault))
                return new ValidationResult($"{validationContext.MemberName}: {fault}");
        }
        return ValidationResult.Success;
    }
}

/// <summary>Requires that every entry is a proxy. The message repeats none, because it may contain a password.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedProxiesAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        UpstreamProxy.TryParseAll(value as IEnumerable<string> ?? [], out _, out var fault)
            ? ValidationResult.Success
            : new ValidationResult($"{validationContext.MemberName}: {fault}");
}

/// <summary>Requires null or a file with a valid storage state, and keeps it, because some files can be read only once.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedStorageStateAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        ((CrawlerOptions)validationContext.ObjectInstance).TryReadLogin(out var fault)
            ? ValidationResult.Success
            : new ValidationResult($"{validationContext.MemberName}: {fault}");
}

/// <summary>Requires that <see cref="PageLimitSettings"/> can parse every entry.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedLimitsAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        PageLimitSettings.TryParse(value as IEnumerable<string> ?? [], out _, out var fault)
            ? ValidationResult.Success
            : new ValidationResult($"{validationContext.MemberName}: {fault}");
}

/// <summary>Requires null or a valid contact URL.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedContactAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is not string text || CrawlerIdentity.TryReadContact(text, out _, out var fault)
            ? ValidationResult.Success
            : new ValidationResult($"{validationContext.MemberName}: {fault}");
}
