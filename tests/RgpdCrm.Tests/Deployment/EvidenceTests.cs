using System.Globalization;
using System.Text.RegularExpressions;

namespace RgpdCrm.Tests.Deployment;

/// <summary>The tables of faults and attacks name tests that exist, and leave nothing of the list out.</summary>
public sealed partial class EvidenceTests
{
    private const int Faults = 20;

    private static readonly string[] Attacks =
    [
        "SQL injection", "Formula injection", "XSS", "Antiforgery", "State change by GET", "Ids of others", "Overposting", "Every route, every role", "Hangfire", "Brute force", "Account enumeration", "TOTP replay", "One admin as two", "Second factor skipped", "Disabled user", "Cookies and fixation",
        "Open redirects", "Host header", "Token guessing and prefetch", "CRLF", "Image bombs and polyglots", "GPS", "Path tricks", "Oversized and slow bodies", "Personal data in logs", "Stray files, TRACE, stack traces",
    ];

    [Fact]
    public void Every_fault_and_every_attack_has_a_row_with_a_test()
    {
        Assert.Equal(Enumerable.Range(1, Faults), Rows("docs/faults.md").Select(row => int.Parse(row[0], CultureInfo.InvariantCulture)));
        Assert.Equal(Attacks, Rows("docs/attacks.md").Select(row => row[0]));
        Assert.All(Rows("docs/faults.md").Concat(Rows("docs/attacks.md")), row => Assert.Matches(Name(), row[2]));
    }

    [Theory]
    [InlineData("docs/faults.md"), InlineData("docs/attacks.md"), InlineData("docs/threats.md")]
    public void Every_test_that_is_named_exists(string document)
    {
        var tests = typeof(EvidenceTests).Assembly.GetTypes().SelectMany(type => type.GetMethods().Where(method => method.IsDefined(typeof(FactAttribute), inherit: true)).Select(method => $"{type.Name}.{method.Name}").Append(type.Name)).ToHashSet();

        Assert.DoesNotContain(NameOrClass().Matches(Checkout.Read(document)).Select(name => name.Groups[1].Value), name => !tests.Contains(name));
    }

    // First column of the first table that is numbered or named; the others are what was done, the tests, and what was seen.
    private static IEnumerable<string[]> Rows(string document) => Checkout.Read(document).Split('\n')
        .Where(line => line.StartsWith('|') && !line.StartsWith("|-", StringComparison.Ordinal)).Skip(1).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"`(\w+Tests(?:\.\w+)?)`")]
    private static partial Regex NameOrClass();
}
