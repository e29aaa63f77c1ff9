using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Files;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Jobs;

namespace RgpdCrm.Tests.Files;

public sealed class PersonalFilesTests(PostgresFixture postgres) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rgpdcrm-files-");
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_file_lives_six_days_and_is_gone_on_the_seventh()
    {
        var files = Files();
        var refused = Written(files);
        time.Advance(TimeSpan.FromDays(PersonalFiles.KeptDays - 1));
        Assert.Equal((0, 0), files.Expire());
        Assert.True(File.Exists(refused));

        // Corrected in place: no younger for that.
        File.AppendAllText(refused, "Garnier;10/01/2024\n");
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal((1, 0), files.Expire());
        Assert.False(File.Exists(refused));
    }

    [Fact]
    public void Only_the_files_of_the_folder_leave_by_themselves()
    {
        var files = Files();
        var elsewhere = Path.Combine(folder.FullName, "elsewhere.csv");
        File.WriteAllText(elsewhere, "");
        Written(files);
        time.Advance(TimeSpan.FromDays(30));

        Assert.Equal((1, 0), files.Expire());
        Assert.True(File.Exists(elsewhere));
        Assert.False(files.Holds(elsewhere));
        Assert.False(files.Holds(files.Folder + "-of-others/x.csv"));
        Assert.True(files.Holds(files.NewPath("import-refuses")));
    }

    [Fact]
    public void An_agency_that_never_refused_a_row_has_nothing_to_expire() => Assert.Equal((0, 0), Files().Expire());

    [Fact]
    public async Task Refused_rows_are_for_their_owner_alone_and_the_nightly_job_deletes_them()
    {
        await using var app = await CrmApp.StartAsync(postgres, settings: ("Storage:Folder", folder.FullName));
        var file = Path.Combine(folder.FullName, "contacts.csv");
        await File.WriteAllTextAsync(file, "nom;collecte_le\nGarnier;jamais\n", TestContext.Current.CancellationToken);
        var files = app.Services.GetRequiredService<PersonalFiles>();
        var import = new ContactImport(app.Database.AppConnectionString, app.Services.GetRequiredService<AgencyClock>(), files, Agency.Fingerprints);

        var refused = (await import.RunAsync(file, new ImportOptions(), cancel: TestContext.Current.CancellationToken)).RefusedFile!;

        Assert.True(files.Holds(refused));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(refused));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(files.Folder));

        File.SetLastWriteTimeUtc(refused, app.Time.GetUtcNow().AddDays(-PersonalFiles.KeptDays).UtcDateTime);
        await app.RunJobAsync<FileExpiryJob>();
        Assert.Empty(Directory.GetFiles(files.Folder));
    }

    [Fact]
    public async Task Refused_rows_never_replace_a_file_that_exists()
    {
        await using var agency = await Agency.OpenAsync(postgres);
        var (file, other) = (Path.Combine(folder.FullName, "contacts.csv"), Path.Combine(folder.FullName, "other.csv"));
        await File.WriteAllTextAsync(file, "nom;collecte_le\nGarnier;jamais\nMoreau;10/01/2024\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(other, "kept", TestContext.Current.CancellationToken);
        var import = new ContactImport(agency.App, agency.Clock, Files(), Agency.Fingerprints);

        foreach (var taken in (string[])[other, file])
            Assert.Contains("existe déjà", (await import.RunAsync(file, new ImportOptions(taken), cancel: TestContext.Current.CancellationToken)).Refusal, StringComparison.Ordinal);
        var nowhere = await import.RunAsync(file, new ImportOptions(Path.Combine(other, "x.csv")), cancel: TestContext.Current.CancellationToken);

        Assert.Contains("ne peut pas être écrit", nowhere.Refusal, StringComparison.Ordinal);
        Assert.Equal("kept", await File.ReadAllTextAsync(other, TestContext.Current.CancellationToken));
        Assert.Equal(0L, await agency.SqlAsync<long>("SELECT count(*) FROM contacts"));
    }

    private PersonalFiles Files() => new(folder.FullName, new AgencyClock(time, TimeZoneInfo.FindSystemTimeZoneById(AgencyClock.DefaultZone)));

    private static string Written(PersonalFiles files)
    {
        var path = files.NewPath("import-refuses");
        Directory.CreateDirectory(files.Folder);
        File.WriteAllText(path, "nom;collecte_le\n");
        return path;
    }
}
