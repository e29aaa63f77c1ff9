using RgpdCrm.Core.Data;
using RgpdCrm.Core.Rights;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Pages.Requests;

namespace RgpdCrm.Tests.Rights;

/// <summary>What a package gives: every column that tells something of a person, in words.</summary>
public sealed class PersonDataTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Every_column_that_is_given_has_a_name_that_a_person_reads()
    {
        await using var database = await Agency.OpenAsync(postgres);
        await using var db = database.Db();

        var given = PersonData.Of(db.Model).SelectMany(t => t.Columns).Distinct().ToList();

        Assert.Empty(given.Where(c => PackageWords.Column(c) == c).Order());
        Assert.Contains("text", given);
    }
}
