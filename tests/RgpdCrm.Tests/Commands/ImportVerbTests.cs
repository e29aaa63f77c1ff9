using System.Text;
using System.Text.Json;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Commands;

/// <summary><c>import contacts</c> of the real executable, from the file to the refused rows and back.</summary>
public sealed class ImportVerbTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const int Failure = 1;
    private const string Bell = "\u0007";
    private const string Header = "nom;prenom;roles;email;collecte_le;dernier_contact_le;mandat_numero;mandat_type;mandat_date;mandat_fin";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rgpdcrm-import-");
    private Agency agency = null!;
    private Verb verb = null!;
    private PersonalFiles files = null!;

    public async ValueTask InitializeAsync()
    {
        agency = await Agency.OpenAsync(postgres);
        var storage = Path.Combine(folder.FullName, "storage");
        files = new PersonalFiles(storage, agency.Clock);
        verb = Verb.On(agency.Database, ("Storage__Folder", storage));
    }

    public async ValueTask DisposeAsync()
    {
        await agency.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_that_is_absent_or_broken_writes_nothing()
    {
        Assert.Contains("n’existe pas", await ImportFailsAsync(Path.Combine(folder.FullName, "absent.csv")), StringComparison.Ordinal);
        Assert.Contains("collecte_le", await ImportFailsAsync(await FileAsync("nom;prenom\nGarnier;Hélène\n")), StringComparison.Ordinal);
        Assert.Contains("UTF-8 ou Windows-1252", await ImportFailsAsync(await FileAsync($"{Header}\nGarnier;Hélène\n", Encoding.Unicode)), StringComparison.Ordinal);
        Assert.Contains("ligne 3", await ImportFailsAsync(await FileAsync("nom;collecte_le\nGarnier;10/01/2024\n\"Moreau;10/01/2024\n")), StringComparison.Ordinal);
        Assert.Equal(0L, await PeopleAsync());
        Assert.False(Directory.Exists(files.Folder));
    }

    [Fact]
    public async Task Refused_rows_say_why_and_come_in_once_corrected()
    {
        var file = await FileAsync($"""
            {Header}
            Garnier;Hélène;vendeur;h@example.org;10/01/2024;;;;;
            Moreau;Kar{Bell}im;acquereur;k@example.org;10/01/2024;;;;;
            {new string('D', 101)};Zoé;acquereur;z@example.org;10/01/2024;;;;;
            Faure;Noël;acquereur;n@example.org;10/01/2090;;;;;
            Aubry;Léa;vendeur;l@example.org;10/01/2024;;M-1;vente;10/01/2024;09/01/2024
            """);

        var told = await verb.SucceedAsync("import", "contacts", file);
        Assert.Contains("1 personne(s) créée(s)", told, StringComparison.Ordinal);
        Assert.Contains("4 ligne(s) refusée(s)", told, StringComparison.Ordinal);
        Assert.Contains("disparaît de lui-même au bout de 7 jours", told, StringComparison.Ordinal);
        Assert.Contains("ligne 2 : vendeur ou bailleur sans mandat ni contrat", told, StringComparison.Ordinal);

        var refused = Assert.Single(Directory.GetFiles(files.Folder));
        Assert.Contains(refused, told, StringComparison.Ordinal);
        var rows = await File.ReadAllTextAsync(refused, TestContext.Current.CancellationToken);
        foreach (var reason in (string[])["prenom : caractère de contrôle", "nom : plus de 100 caractères", "collecte_le : date future", "mandat_fin : avant le début"])
            Assert.Contains(reason, rows, StringComparison.Ordinal);

        var corrected = rows.Replace($"Kar{Bell}im", "Karim", StringComparison.Ordinal).Replace(new string('D', 101), "Dupré", StringComparison.Ordinal)
            .Replace("2090", "2024", StringComparison.Ordinal).Replace("09/01/2024", "09/01/2099", StringComparison.Ordinal);
        var result = Parsed(await verb.SucceedAsync("import", "contacts", await FileAsync(corrected), "--json"));
        Assert.Equal((4, 0, 1), (Count(result, "created"), Count(result, "refused"), Count(result, "obligations")));
        Assert.Equal(JsonValueKind.Null, result.GetProperty("refusedFile").ValueKind);

        var again = Parsed(await verb.SucceedAsync("import", "contacts", file, "--json"));
        Assert.Equal((0, 1), (Count(again, "created"), Count(again, "alreadyThere")));
        Assert.Equal(5L, await PeopleAsync());
    }

    [Fact]
    public async Task Refused_rows_sent_elsewhere_are_the_operators_to_delete()
    {
        var (file, refused) = (await FileAsync("nom;collecte_le\nGarnier;jamais\n"), Path.Combine(folder.FullName, "refused.csv"));

        var told = await verb.SucceedAsync("import", "contacts", file, "--refused", refused);

        Assert.Contains("à vous de l’effacer dans les 7 jours", told, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(refused));
        Assert.Contains("existe déjà", await verb.FailAsync(Failure, "import", "contacts", file, "--refused", refused), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_number_that_the_preview_gave_approves_those_already_due()
    {
        var file = await FileAsync($"{Header}\n{string.Concat(Enumerable.Range(0, 40).Select(i => $"Garnier;Zoé {i};acquereur;z{i}@example.org;10/01/2020;;;;;\n"))}");

        Assert.Contains("40 seraient mises en attente cette nuit, dont 15 retenues par le frein", await verb.SucceedAsync("import", "contacts", file, "--preview"), StringComparison.Ordinal);
        Assert.Contains("Le nombre donné (39)", await verb.FailAsync(Failure, "import", "contacts", file, "--approve", "39"), StringComparison.Ordinal);
        Assert.Equal(0L, await PeopleAsync());

        Assert.DoesNotContain("frein", await verb.SucceedAsync("import", "contacts", file, "--approve", "40"), StringComparison.Ordinal);
        Assert.Equal(40L, await PeopleAsync());

        // With two admins and a list that waits, the number counts for nothing.
        await using (var db = agency.Db())
        {
            db.Users.AddRange(new Account { Id = Guid.NewGuid(), UserName = "Léa", Role = Role.Admin }, new Account { Id = Guid.NewGuid(), UserName = "Nora", Role = Role.Admin });
            db.Brakes.Add(new Brake { Category = "contact", Budget = Budget.Flagging, Date = agency.Today, FrozenAt = agency.Clock.Now, Count = 7 });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        var told = await verb.SucceedAsync("import", "contacts", await FileAsync((await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("Garnier", "Moreau", StringComparison.Ordinal).Replace(";z", ";m", StringComparison.Ordinal)), "--approve", "40");
        Assert.Contains("Ce nombre n’approuve rien", told, StringComparison.Ordinal);
        Assert.DoesNotContain("compte pour un approbateur", told, StringComparison.Ordinal);
    }

    private Task<string> ImportFailsAsync(string file) => verb.FailAsync(Failure, "import", "contacts", file);

    private async Task<string> FileAsync(string text, Encoding? encoding = null)
    {
        var file = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(file, text, encoding ?? new UTF8Encoding(false), TestContext.Current.CancellationToken);
        return file;
    }

    private Task<long> PeopleAsync() => agency.SqlAsync<long>("SELECT count(*) FROM contacts");

    private static int Count(JsonElement result, string name) => result.GetProperty(name).GetInt32();

    private static JsonElement Parsed(string json) => JsonDocument.Parse(json).RootElement;
}
