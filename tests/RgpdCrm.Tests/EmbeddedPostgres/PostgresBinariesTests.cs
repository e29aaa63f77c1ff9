using RgpdCrm.EmbeddedPostgres;

namespace RgpdCrm.Tests.EmbeddedPostgres;

public sealed class PostgresBinariesTests : IDisposable
{
    private readonly DirectoryInfo _machine = Directory.CreateTempSubdirectory("rgpdcrm-");

    public void Dispose() => _machine.Delete(recursive: true);

    [Fact]
    public void Without_binaries_one_line_says_what_to_install()
    {
        var missing = Assert.Throws<MissingPostgresException>(() => PostgresBinaries.FindIn([_machine.FullName]));

        Assert.Contains("apt-get install postgresql", missing.Message, StringComparison.Ordinal);
        Assert.Contains("brew install postgresql@17", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public void A_client_without_its_server_is_no_installation() =>
        Assert.Throws<MissingPostgresException>(() => PostgresBinaries.FindIn([Install("client", "15.4", tools: ["initdb"])]));

    [Fact]
    public void PostgreSQL_14_is_too_old_and_said_so()
    {
        var missing = Assert.Throws<MissingPostgresException>(() => PostgresBinaries.FindIn([Install("old", "14.11")]));

        Assert.Contains("PostgreSQL 14", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public void An_old_installation_does_not_hide_a_later_one()
    {
        var found = PostgresBinaries.FindIn([Install("old", "14.11"), Install("new", "15.0"), Install("newest", "18beta1")]);

        Assert.Equal(15, found.Major);
    }

    [Fact]
    public void Existing_data_ask_for_the_version_that_wrote_them()
    {
        string[] folders = [Install("newest", "18.1"), Install("new", "16.2")];

        Assert.Equal(16, PostgresBinaries.FindIn(folders, major: 16).Major);
        var unsuited = Assert.Throws<EmbeddedPostgresException>(() => PostgresBinaries.FindIn(folders, major: 15));
        Assert.Contains("install PostgreSQL 15", unsuited.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void This_machine_has_one() => Assert.True(PostgresBinaries.Find().Major >= PostgresBinaries.OldestMajor);

    private string Install(string name, string version, string[]? tools = null)
    {
        var folder = _machine.CreateSubdirectory(name).FullName;
        foreach (var tool in tools ?? ["initdb", "pg_ctl", "pg_dump", "postgres"])
        {
            var file = Path.Combine(folder, tool);
            File.WriteAllText(file, $"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }
}
