using System.Globalization;
using Microsoft.VisualBasic.FileIO;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Retention;
using Xunit;

namespace RgpdCrm.Tests.Retention;

/// <summary>The worked cases of the rules: one contact on one date, under the default policy.</summary>
public sealed class RetentionCasesTests
{
    [Fact]
    public void All_101_worked_cases_are_here() => Assert.Equal(101, Cases().Count());

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_decision_and_its_dates_are_those_of_the_worked_case(RetentionCase c)
    {
        var verdict = new RetentionPolicy().Decide(c.Facts, c.Today);

        Assert.Equal(c.Decision, verdict.Decision);
        Assert.Equal(c.FlagOn, verdict.Dates.FlagOn);
        Assert.Equal(c.DeleteOn, verdict.Dates.DeleteOn);
        Assert.Equal(c.LegalLimit, verdict.Dates.LegalLimit);
    }

    public static IEnumerable<TheoryDataRow<RetentionCase>> Cases()
    {
        using var csv = new TextFieldParser(Path.Combine(AppContext.BaseDirectory, "Retention", "retention-cases.csv")) { Delimiters = [","] };
        var columns = csv.ReadFields()!;
        while (!csv.EndOfData)
        {
            var row = csv.ReadFields()!;
            string Field(string column) => row[Array.IndexOf(columns, column)];
            DateOnly? Date(string column) => Field(column) is { Length: > 0 } text ? DateOnly.Parse(text, CultureInfo.InvariantCulture) : null;
            bool Flag(string column) => Field(column) == "true";

            yield return new TheoryDataRow<RetentionCase>(new RetentionCase(
                Date("today")!.Value,
                new ContactFacts
                {
                    Id = Guid.Empty,
                    Kind = Field("kind") == "professional" ? ContactKind.Professional : ContactKind.Private,
                    CollectedOn = Date("collected_on")!.Value,
                    IdleOn = Date("last_activity_on"),
                    SilentOn = Date("last_heard_on"),
                    Status = Field("status") switch { "active" => ContactStatus.Active, "pending" => ContactStatus.PendingDeletion, _ => ContactStatus.Archived },
                    PendingSince = Date("pending_since"),
                    PostponedUntil = Date("postponed_until"),
                    FromArchive = Flag("came_from_archive"),
                    Running = Flag("running_obligation"),
                    KeptUntil = Date("obligations_kept_until"),
                    Hold = Flag("hold"),
                    OpenRequest = Flag("open_request"),
                },
                Field("expected_decision") switch
                {
                    "keep" => Decision.Keep,
                    "flag" => Decision.Flag,
                    "reactivate" => Decision.Reactivate,
                    "archive" => Decision.Archive,
                    "erase" => Decision.Erase,
                    var other => throw new InvalidDataException(other),
                },
                Date("expected_flag_on"),
                Date("expected_delete_on"),
                Date("expected_legal_limit")))
            { TestDisplayName = $"{Field("id")} {Field("title")}" };
        }
    }
}

public sealed record RetentionCase(DateOnly Today, ContactFacts Facts, Decision Decision, DateOnly? FlagOn, DateOnly? DeleteOn, DateOnly? LegalLimit);
