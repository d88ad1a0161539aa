using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace FunctionsCrawler.Hosting;

/// <summary>Requires a whole number within a range, or null. Unlike <see cref="RangeAttribute"/>, its message names the value.</summary>
/// <param name="least">The minimum, inclusive.</param>
/// <param name="most">The maximum, inclusive.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AllowedRangeAttribute(int least, int most) : ValidationAttribute
{
    /// <summary>The minimum, inclusive.</summary>
    public int Least => least;

    /// <summary>The maximum, inclusive.</summary>
    public int Most => most;

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null || (value is int number && number >= least && number <= most)
            ? ValidationResult.Success
            : new ValidationResult(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{validationContext.MemberName} is {value}; {least:N0} to {most:N0} is allowed"
                )
            );
}
