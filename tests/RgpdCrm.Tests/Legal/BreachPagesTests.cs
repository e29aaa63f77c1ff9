using System.Net;
using Microsoft.EntityFrameworkCore;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Legal;
using RgpdCrm.Tests.Pages.Pending;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Legal;

/// <summary>The register of breaches as admins keep it.</summary>
public sealed class BreachPagesTests(PostgresFixture postgres) : IAsyncLifetime
{
    private CrmApp _app = null!;
    private Browser _admin = null!;

    // The test begins on Sunday 15 November 2026 at 10:00 in Paris.
    public async ValueTask InitializeAsync()
    {
        _app = await CrmApp.StartAsync(postgres);
        _admin = await _app.SignInAsync(Role.Admin);
        await _app.PersonAsync("Claire", "claire@exemple.fr");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task A_breach_runs_down_its_hours_on_the_dashboard_until_it_is_notified()
    {
        Assert.Contains("Aucune violation inscrite", await TextAsync("/breaches"), StringComparison.Ordinal);
        Assert.DoesNotContain("violation de données", await TextAsync("/"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await SaveAsync("/breaches/edit", ("Nature", "Un téléphone volé"))).StatusCode);

        Assert.Contains("Encore 70 h", await TextAsync("/breaches"), StringComparison.Ordinal);
        var dashboard = await TextAsync("/");
        Assert.Contains("Évaluer ou notifier 1 violation de données", dashboard.Replace('\u00a0', ' '), StringComparison.Ordinal);
        Assert.Contains("au plus tard le 18/11/2026", dashboard, StringComparison.Ordinal);
        _app.Time.Advance(TimeSpan.FromHours(71));
        _admin = await _app.SignInAsync(Role.Admin);
        Assert.Contains("Délai dépassé", await TextAsync("/breaches"), StringComparison.Ordinal);

        var breach = await OneAsync();
        var page = $"/breaches/edit/{breach.Id}";
        var late = await SaveAsync(page, ("Nature", breach.Nature), ("Risk", "Risk"), ("NotifiedAt", "2026-11-18T08:30"), ("Version", $"{breach.Version}"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.StatusCode);
        Assert.Contains("Dites pourquoi la notification vient après 72 heures", (await ReadAsync(late)).Replace('\u00a0', ' '), StringComparison.Ordinal);
        await SaveAsync(page, ("Nature", breach.Nature), ("Risk", "Risk"), ("NotifiedAt", "2026-11-18T08:30"), ("Reason", "Connue un dimanche"), ("People", "1 200"), ("Version", $"{breach.Version}"));
        Assert.Contains("Notifiée hors délai", await TextAsync("/breaches"), StringComparison.Ordinal);
        Assert.DoesNotContain("violation de données", await TextAsync("/"), StringComparison.Ordinal);
        var told = await OneAsync();
        Assert.Equal((1200, "Connue un dimanche", new DateTimeOffset(2026, 11, 18, 7, 30, 0, TimeSpan.Zero)), (told.People, told.Reason, told.NotifiedAt));
        await using var db = _app.Db();
        Assert.Equal(["breach.completed", "breach.recorded"], await db.AuditEntries.Where(a => a.SubjectId == breach.Id).OrderBy(a => a.Action).Select(a => a.Action).ToListAsync());
    }

    [Theory]
    [InlineData("Nature", "", "Dites ce qui s’est passé"), InlineData("HappenedOn", "2026-11-16", "Cette date est à venir"), InlineData("NoticedAt", "2026-11-15T10:01", "Cet instant est à venir"), InlineData("NoticedAt", "2026-11-13T10:00", "n’est pas connue avant d’être survenue")]
    [InlineData("NotifiedAt", "2026-11-15T07:59", "n’est pas notifiée avant que l’agence ne le sache"), InlineData("Risk", "Unlikely", "Dites pourquoi un risque est improbable"), InlineData("People", "beaucoup", "nombre entier"), InlineData("PeopleToldOn", "2026-11-16", "Cette date est à venir"), InlineData("NoticedAt", "", "Indiquez le jour et l’heure")]
    public async Task A_wrong_field_is_told_and_nothing_is_written(string field, string value, string sentence)
    {
        var answer = await SaveAsync("/breaches/edit", field == "Nature" ? (field, value) : ("Nature", "Un fichier perdu"), (field, value));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(sentence, await ReadAsync(answer), StringComparison.Ordinal);
        Assert.Equal(0, await _app.CountAsync("breaches"));
    }

    [Fact]
    public async Task Two_admins_completing_one_breach_are_told_of_each_other()
    {
        await SaveAsync("/breaches/edit", ("Nature", "Un téléphone volé"));
        var shown = await OneAsync();
        await SaveAsync($"/breaches/edit/{shown.Id}", ("Nature", "Un téléphone volé, verrouillé"), ("Version", $"{shown.Version}"));
        var second = await SaveAsync($"/breaches/edit/{shown.Id}", ("Nature", "Un ordinateur"), ("Version", $"{shown.Version}"));
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        Assert.Contains("a complété cette violation", await ReadAsync(second), StringComparison.Ordinal);
        Assert.Equal("Un téléphone volé, verrouillé", (await OneAsync()).Nature);
    }

    /// <summary>Known on Sunday at 8:00, unless a field says otherwise.</summary>
    private Task<HttpResponseMessage> SaveAsync(string page, params (string Name, string Value)[] fields)
    {
        (string Name, string Value)[] usual = [("HappenedOn", "2026-11-14"), ("NoticedAt", "2026-11-15T08:00"), ("Risk", "Unknown"), ("ShownAt", "2026-11-15T08:59:00Z")];
        return _admin.PostFormAsync(page, [.. usual.Where(u => fields.All(f => f.Name != u.Name)), .. fields.DistinctBy(f => f.Name)], tokenFrom: "/breaches/edit");
    }

    private async Task<Breach> OneAsync()
    {
        await using var db = _app.Db();
        return await db.Breaches.AsNoTracking().SingleAsync();
    }

    private async Task<string> TextAsync(string page) => WebUtility.HtmlDecode(await _admin.ReadAsync(page)).Replace('\u00a0', ' ');

    private static async Task<string> ReadAsync(HttpResponseMessage answer) => WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()).Replace('\u00a0', ' ');
}
