using System.Text;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Audit;
using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Files;
using RgpdCrm.Core.Retention;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Contacts;

public sealed class ImportTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Header = "nom;prenom;roles;email;telephone;collecte_le;dernier_contact_le;dernier_contact_initiateur;mandat_numero;mandat_type;mandat_date;mandat_fin";

    private static readonly Guid Lea = Guid.NewGuid();

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rgpdcrm-import-");
    private Agency agency = null!;
    private PersonalFiles files = null!;

    public async ValueTask InitializeAsync()
    {
        agency = await Agency.OpenAsync(postgres);
        files = new PersonalFiles(folder.FullName, agency.Clock);
    }

    public async ValueTask DisposeAsync()
    {
        await agency.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("utf-8", ';', "14/05/2024", "UTF-8")]
    [InlineData("utf-8", ',', "2024-05-14", "UTF-8")]
    [InlineData("utf-8-bom", ';', "2024-05-14", "UTF-8")]
    [InlineData("windows-1252", ';', "14/05/2024", "Windows-1252")]
    [InlineData("windows-1252", ',', "14/05/2024", "Windows-1252")]
    public async Task Helene_comes_in_whatever_tool_wrote_the_file(string encoding, char separator, string date, string found)
    {
        var result = await ImportAsync($"Nom;Prénom;E-mail;Téléphone;Collecté le\nŒuvrard;Hélène;Helene@Example.org;06 39 98 14 27;{date}\n".Replace(';', separator), encoding);

        Assert.Null(result.Refusal);
        Assert.Equal((1, 0, found, separator), (result.Created, result.Refused, result.Encoding, result.Separator));
        Assert.Equal("Hélène Œuvrard 2024-05-14 helene@example.org +33639981427", await agency.SqlAsync<string>("""
            SELECT first_name || ' ' || last_name || ' ' || collected_on || ' ' || e.value || ' ' || p.value
            FROM contacts c JOIN emails e ON e.contact_id = c.id JOIN phones p ON p.contact_id = c.id
            """));
    }

    [Fact]
    public async Task English_headers_are_understood()
    {
        var result = await ImportAsync("LAST_NAME,First Name,collected_on,last_contact_on,last_contact_by\nGarnier,Zoé,2024-01-02,2025-03-04,contact\n");

        Assert.Equal(1, result.Created);
        Assert.Equal(Agency.D("2025-03-04"), await agency.SqlAsync<DateOnly>("SELECT silent_on FROM contacts"));
    }

    [Fact]
    public async Task An_import_never_resets_a_clock()
    {
        await ImportAsync($"""
            {Header}
            Garnier;Hélène;acquereur;h@example.org;;10/01/2022;14/05/2024;contact;;;;
            Moreau;Karim;locataire;k@example.org;;10/01/2022;14/05/2024;agence;;;;
            Dupré;Zoé;locataire;z@example.org;;10/01/2022;;;;;;
            Faure;Noël;locataire;n@example.org;;10/01/2022;01/01/2020;contact;;;;
            """);

        Assert.Equal(
        [
            "Hélène 2024-05-14 2024-05-14", "Karim 2024-05-14 2022-01-10", "Noël 2022-01-10 2022-01-10", "Zoé 2022-01-10 2022-01-10",
        ], await agency.App.QueryAsync<string>("SELECT first_name || ' ' || idle_since || ' ' || silent_since FROM contacts ORDER BY first_name"));
        Assert.Equal(4L, await agency.SqlAsync<long>("SELECT count(*) FROM activities WHERE kind = 'Import' AND happened_on = '2026-11-15' AND NOT moves_idle"));
        await AgreeAsync();
    }

    [Fact]
    public async Task The_same_file_twice_creates_nothing_twice()
    {
        var file = $"{Header}\nGarnier;Hélène;vendeur;h@example.org;;10/01/2026;;;M-12;vente;10/01/2026;10/01/2027\n";
        await ImportAsync(file);
        var again = await ImportAsync(file);

        Assert.Equal((1, 0, 1, 0), (again.Rows, again.Created, again.AlreadyThere, again.Obligations));
        Assert.Equal("1 1 1 2 1", await CountsAsync());
    }

    [Fact]
    public async Task A_later_row_about_someone_known_only_adds_the_missing_mandate()
    {
        await ImportAsync($"{Header}\nGarnier;Hélène;vendeur;h@example.org;06 39 98 00 01;10/01/2026;;;M-12;vente;10/01/2026;10/06/2026\n");
        var second = await ImportAsync($"{Header}\nGarnier;Hélène;vendeur;H@example.org;+33 6 39 98 00 01;2026-01-10;;;M-13;vente;10/02/2026;10/01/2027\n");

        Assert.Equal((0, 1, 1), (second.Created, second.AlreadyThere, second.Obligations));
        Assert.Equal("1 1 2 4 2", await CountsAsync());
        await AgreeAsync();
    }

    [Fact]
    public async Task Two_spouses_share_a_mandate_and_its_end_is_in_both_histories()
    {
        var result = await ImportAsync($"""
            {Header}
            Garnier;Hélène;vendeur;h@example.org;;10/01/2024;;;M-12;vente;10/01/2024;10/06/2024
            Garnier;Benoît;vendeur;b@example.org;;10/01/2024;;;M-12;vente;10/01/2024;10/06/2024
            Moreau;Karim;vendeur;k@example.org;;10/01/2024;;;M-12;vente;11/01/2024;10/06/2024
            """);

        Assert.Equal((3, 1), (result.Created, result.Obligations));
        Assert.Contains(result.Warnings, w => w.Line == 4 && w.Text.Contains("déjà celui d’un autre", StringComparison.Ordinal));
        Assert.Equal(["Benoît 2024-06-10 2034-06-10", "Hélène 2024-06-10 2034-06-10"],
            await agency.App.QueryAsync<string>("SELECT first_name || ' ' || silent_since || ' ' || kept_until FROM contacts WHERE kept_until IS NOT NULL ORDER BY 1"));
        Assert.Null(await agency.SqlAsync<string>("SELECT register_number::text FROM obligations WHERE register_number IS NOT NULL"));
        await AgreeAsync();
    }

    [Fact]
    public async Task Deeds_end_at_their_signature_and_only_a_lease_may_be_open()
    {
        var result = await ImportAsync("""
            nom;roles;collecte_le;contrat_numero;contrat_type;contrat_date;contrat_fin
            Garnier;vendeur;10/01/2024;A-1;acte;10/03/2024;
            Moreau;bailleur;10/01/2024;B-1;bail;10/03/2024;
            Dupré;acquereur;10/01/2024;C-1;compromis;10/03/2024;
            """);

        Assert.Equal((2, 1, 2), (result.Created, result.Refused, result.Obligations));
        Assert.Equal("contrat_fin : obligatoire", Assert.Single(await ReasonsAsync(result)));
        Assert.Equal(["A-1 Seller 2024-03-10 true", "B-1 Landlord open false"], await agency.App.QueryAsync<string>("""
            SELECT reference || ' ' || side || ' ' || coalesce(ends_on::text, 'open') || ' ' || end_recorded FROM obligations o JOIN parties p ON p.obligation_id = o.id ORDER BY 1
            """));
    }

    [Theory]
    [InlineData("Garnier;31/02/2024;;;", "collecte_le : date impossible")]
    [InlineData("Garnier;16/11/2026;;;", "collecte_le : date future")]
    [InlineData("Garnier;;;;", "collecte_le : obligatoire")]
    [InlineData(";10/01/2024;;;", "nom : obligatoire")]
    [InlineData("Garnier;10/01/2024;16/11/2026;;", "dernier_contact_le : date future")]
    [InlineData("Garnier;10/01/2024;;pas-une-adresse;", "email : adresse invalide")]
    [InlineData("Garnier;10/01/2024;;;12", "telephone : numéro invalide")]
    [InlineData("Gar\u0007nier;10/01/2024;;;", "nom : caractère de contrôle")]
    [InlineData("Garnier;10/01/2024;;;;de trop", "plus de cellules que de colonnes")]
    [InlineData("Garnier;31/02/2024;16/11/2026;x;", "email : adresse invalide ; collecte_le : date impossible ; dernier_contact_le : date future")]
    public async Task A_row_that_cannot_be_right_is_refused_with_the_reason(string row, string reason)
    {
        var result = await ImportAsync($"nom;collecte_le;dernier_contact_le;email;telephone\n{row}\nMoreau;10/01/2024;;;\n");

        Assert.Equal((1, 1), (result.Created, result.Refused));
        Assert.Equal(reason, Assert.Single(await ReasonsAsync(result)));
    }

    [Fact]
    public async Task Names_too_long_and_ends_before_starts_are_refused()
    {
        var result = await ImportAsync($"""
            {Header}
            {new string('x', 101)};;;;;10/01/2024;;;;;;
            Garnier;;vendeur;;;10/01/2024;;;M-1;vente;10/05/2024;09/05/2024
            Garnier;;vendeur;;;10/01/2024;;;;vente;10/05/2024;09/06/2024
            Garnier;;patron;;;10/01/2024;;;;;;
            """);

        Assert.Equal(0, result.Created);
        Assert.Equal(["nom : plus de 100 caractères", "mandat_fin : avant le début", "mandat_numero : obligatoire", "roles : valeur inconnue"], await ReasonsAsync(result));
    }

    [Fact]
    public async Task Refused_rows_can_be_corrected_and_imported_again()
    {
        var first = await ImportAsync("nom;prenom;telephone;collecte_le\n\"Petit;Jean\";=Zoé;+33 6 39 98 00 01;32/01/2024\nMoreau;Karim;;10/01/2024\n");
        Assert.Equal((1, 1), (first.Created, first.Refused));
        var refused = await File.ReadAllTextAsync(first.RefusedFile!, TestContext.Current.CancellationToken);
        Assert.Equal("nom;prenom;telephone;collecte_le;motif\n\"Petit;Jean\";\"'=Zoé\";\"'+33 6 39 98 00 01\";32/01/2024;collecte_le : date impossible\n", refused.ReplaceLineEndings("\n"));

        var second = await ImportAsync(refused.Replace("32/01/2024", "31/01/2024", StringComparison.Ordinal));

        Assert.Equal((1, 0, 0), (second.Created, second.Refused, second.WarningCount));
        Assert.Equal("=Zoé Petit;Jean +33639980001", await agency.SqlAsync<string>(
            "SELECT first_name || ' ' || last_name || ' ' || p.value FROM contacts c JOIN phones p ON p.contact_id = c.id"));
    }

    [Theory]
    [InlineData("nom;prenom\nGarnier;Hélène\n", "Colonne obligatoire absente de l’en-tête : collecte_le. Rien n’a été importé.")]
    [InlineData("Garnier;Hélène;10/01/2024\n", "Colonne obligatoire absente de l’en-tête : collecte_le, nom ou organisation. Rien n’a été importé.")]
    [InlineData("nom;Nom;collecte_le\nGarnier;Moreau;10/01/2024\n", "Colonne présente plusieurs fois dans l’en-tête : nom. Rien n’a été importé.")]
    [InlineData("", "Le fichier est vide.")]
    [InlineData("nom;collecte_le\nGarnier;10/01/2024\n\"Moreau;10/01/2024\nDupré;10/01/2024\n", "Le fichier est mal formé à partir de la ligne 3 : un guillemet n’est sans doute pas fermé. Rien n’a été importé.")]
    public async Task A_broken_file_writes_nothing_and_says_so(string text, string refusal)
    {
        var result = await ImportAsync(text);

        Assert.Equal(refusal, result.Refusal);
        Assert.Equal("0 0 0 0 0", await CountsAsync());
        Assert.Single(folder.GetFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_missing_file_and_a_spreadsheet_are_refused()
    {
        var import = new ContactImport(agency.App, agency.Clock, files, Agency.Fingerprints);
        Assert.NotNull((await import.RunAsync(Path.Combine(folder.FullName, "absent.csv"), new ImportOptions(), null, TestContext.Current.CancellationToken)).Refusal);

        var sheet = Path.Combine(folder.FullName, "contacts.xlsx");
        await File.WriteAllBytesAsync(sheet, [0x50, 0x4B, 0x03, 0x04, 0x00, 0x00], TestContext.Current.CancellationToken);
        Assert.NotNull((await import.RunAsync(sheet, new ImportOptions(), null, TestContext.Current.CancellationToken)).Refusal);
    }

    [Fact]
    public async Task Sellers_without_a_mandate_and_unknown_agents_are_pointed_out()
    {
        var result = await ImportAsync("nom;roles;responsable;collecte_le;humeur\nGarnier;vendeur;;10/01/2026;gaie\nMoreau;acquereur;personne@example.org;10/01/2026;\nDupré;bailleur;;10/01/2026;\n");

        Assert.Equal([1, 2, 3, 4], result.Warnings.Select(w => w.Line));
        Assert.Equal(3, result.Created);
        Assert.DoesNotContain(result.Warnings, w => w.Text.Contains("Garnier", StringComparison.Ordinal) || w.Text.Contains("personne@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Professionals_need_their_siren()
    {
        var result = await ImportAsync("organisation;type;siren;collecte_le\nÉtude Garnier;professionnel;732 829 320;10/01/2020\nCabinet Moreau;professionnel;732829321;10/01/2020\nCabinet Dupré;professionnel;;10/01/2020\n");

        Assert.Equal((1, 2, 0), (result.Created, result.Refused, result.DueTonight));
    }

    [Fact]
    public async Task It_says_how_many_would_be_due_tonight_and_the_run_agrees()
    {
        // Tonight is the night of 16 November 2026, at 04:00.
        var result = await ImportAsync($"""
            {Header}
            Garnier;Hélène;acquereur;h@example.org;;10/01/2022;16/05/2024;contact;;;;
            Moreau;Karim;acquereur;k@example.org;;10/01/2022;17/05/2024;contact;;;;
            Dupré;Zoé;acquereur;z@example.org;;16/02/2024;01/06/2025;agence;;;;
            Faure;Noël;acquereur;n@example.org;;17/02/2024;01/06/2025;agence;;;;
            Aubry;Léa;vendeur;l@example.org;;10/01/2022;;;M-1;vente;10/01/2022;16/11/2026
            """);

        Assert.Equal((5, 2), (result.Created, result.DueTonight));
        await agency.RunAsync("2026-11-16");
        Assert.Equal(["Hélène", "Zoé"], await agency.App.QueryAsync<string>("SELECT first_name FROM contacts WHERE status = 'PendingDeletion' ORDER BY 1"));
    }

    [Fact]
    public async Task Beyond_the_brake_the_typed_number_lets_them_all_into_the_queue()
    {
        var rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"Garnier;Zoé {i};;z{i}@example.org;;10/01/2022;;;;;;\n"));
        var preview = await ImportAsync($"{Header}\n{rows}", preview: true);
        Assert.Equal((60, 60, 35), (preview.Created, preview.DueTonight, preview.KeptBack));
        Assert.Equal("0 0 0 0 0", await CountsAsync());

        Assert.NotNull((await ImportAsync($"{Header}\n{rows}", approve: 59)).Refusal);
        Assert.Equal("0 0 0 0 0", await CountsAsync());

        Assert.Equal(0, (await ImportAsync($"{Header}\n{rows}", approve: 60)).KeptBack);
        await agency.RunAsync("2026-11-16");
        Assert.Equal(60L, await agency.SqlAsync<long>("SELECT count(*) FROM contacts WHERE status = 'PendingDeletion' AND deletion_approved"));
    }

    [Fact]
    public async Task With_two_admins_the_typed_number_is_a_proposal_that_Lea_confirms_and_only_one_waits()
    {
        await using (var db = agency.Db())
        {
            db.Users.AddRange(new Account { Id = Lea, UserName = "Léa", Role = Role.Admin }, new Account { Id = Guid.NewGuid(), UserName = "Nora", Role = Role.Admin });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }
        string Rows(string name) => $"{Header}\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"{name};Zoé {i};;{name}{i}@example.org;;10/01/2022;;;;;;\n"))}";

        var first = await ImportAsync(Rows("Garnier"), approve: 60);
        var second = await ImportAsync(Rows("Moreau"), approve: 60);

        Assert.Equal((35, true, false), (first.KeptBack, first.SecondAdmin, first.OtherListWaits));
        Assert.Equal((35, false, true), (second.KeptBack, second.SecondAdmin, second.OtherListWaits));
        await using (var db = agency.Db())
        {
            var brakes = new Brakes(db, agency.Clock);
            var waiting = Assert.Single(await brakes.OpenAsync(TestContext.Current.CancellationToken));
            Assert.Equal((60, (Guid?)null), (waiting.Count, waiting.ProposedById));
            Assert.Equal(Approval.Given, await brakes.ApproveAsync(waiting.Id, 60, new Act(Lea, agency.Clock.Now), TestContext.Current.CancellationToken));
        }
        await agency.RunAsync("2026-11-16");
        Assert.Equal(["Garnier 60", "Moreau 25"], await agency.App.QueryAsync<string>("SELECT last_name || ' ' || count(*) FROM contacts WHERE status = 'PendingDeletion' GROUP BY last_name ORDER BY 1"));
    }

    [Fact]
    public async Task An_import_that_is_interrupted_leaves_nothing()
    {
        using var stop = new CancellationTokenSource();
        var rows = string.Concat(Enumerable.Range(0, 9000).Select(i => $"Garnier;Zoé {i};;z{i}@example.org;;10/01/2026;;;;;;\n"));
        var file = Path.Combine(folder.FullName, "contacts.csv");
        await File.WriteAllTextAsync(file, $"{Header}\n;;;;;;;;;;;x\n{rows}", TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ContactImport(agency.App, agency.Clock, files, Agency.Fingerprints).RunAsync(file, new ImportOptions(), new Once(stop.Cancel), stop.Token));

        Assert.Equal("0 0 0 0 0", await CountsAsync());
        Assert.Single(folder.GetFiles("*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Ten_thousand_rows_come_in_at_once_and_their_clocks_agree()
    {
        var rows = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"Garnier;Zoé {i};vendeur;z{i}@example.org;06 39 98 {i / 100:00} {i % 100:00};10/01/2025;10/02/2026;contact;{(i % 4 == 0 ? $"M-{i};vente;10/01/2026;10/01/2027" : ";;;")}\n"));
        var result = await ImportAsync($"{Header}\n{rows}");

        Assert.Equal((10_000, 10_000, 2500, 7500), (result.Rows, result.Created, result.Obligations, result.WarningCount));
        Assert.Equal(ContactImport.MostWarnings, result.Warnings.Count);
        Assert.Equal("10000 10000 2500 22500 2500", await CountsAsync());
        await AgreeAsync();
    }

    [Fact]
    public async Task The_sample_of_the_documentation_comes_in_without_a_remark()
    {
        var sample = Path.Combine(Repository(), "docs", "import-sample.csv");
        var result = await ImportAsync(await File.ReadAllTextAsync(sample, TestContext.Current.CancellationToken));

        Assert.Equal((null, 0, 0), (result.Refusal, result.Refused, result.WarningCount));
        Assert.True(result.Created > 5);
    }

    private async Task<ImportResult> ImportAsync(string text, string encoding = "utf-8", int? approve = null, bool preview = false)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var writing = encoding switch { "utf-8" => new UTF8Encoding(false), "utf-8-bom" => new UTF8Encoding(true), _ => Encoding.GetEncoding(encoding) };
        var file = Path.Combine(folder.FullName, "contacts.csv");
        await File.WriteAllTextAsync(file, text, writing, TestContext.Current.CancellationToken);
        return await new ContactImport(agency.App, agency.Clock, files, Agency.Fingerprints).RunAsync(file, new ImportOptions(Approve: approve, Preview: preview), null, TestContext.Current.CancellationToken);
    }

    private static async Task<string[]> ReasonsAsync(ImportResult result) =>
        // The reason is the last cell; it is quoted when it holds several.
        [.. (await File.ReadAllLinesAsync(result.RefusedFile!, TestContext.Current.CancellationToken)).Skip(1)
            .Select(line => line.EndsWith('"') ? line[(line.LastIndexOf(";\"", StringComparison.Ordinal) + 2)..^1] : line.Split(';')[^1])];

    private Task<string?> CountsAsync() => agency.SqlAsync<string>("""
        SELECT (SELECT count(*) FROM contacts) || ' ' || (SELECT count(*) FROM emails) || ' ' || (SELECT count(*) FROM obligations) || ' '
            || (SELECT count(*) FROM activities) || ' ' || (SELECT count(*) FROM parties)
        """);

    private async Task AgreeAsync() => Assert.Equal(0L, await agency.SqlAsync<long>("SELECT count(*) FROM clock_differences"));

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RgpdCrm.sln"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("RgpdCrm.sln");
        return folder.FullName;
    }

    private sealed class Once(Action act) : IProgress<int>
    {
        public void Report(int value) => act();
    }
}
