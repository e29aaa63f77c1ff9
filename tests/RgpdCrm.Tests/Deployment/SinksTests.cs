using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Deployment;

/// <summary>What the application tells about itself while people type: log, metrics and traces hold nothing of it. Alone, because metrics and traces are the whole process's.</summary>
[CollectionDefinition(nameof(SinksTests), DisableParallelization = true)]
[Collection(nameof(SinksTests))]
public sealed partial class SinksTests(PostgresFixture postgres)
{
    private const string Mark = "canarizmo", Digits = "639981427";

    private readonly ConcurrentQueue<string> _told = [];

    [Fact]
    public async Task What_is_typed_anywhere_is_in_no_log_metric_or_trace_even_when_the_database_refuses_it()
    {
        var folder = Directory.CreateTempSubdirectory("rgpdcrm-sinks-");
        using var meters = Meters();
        using var traces = Traces();
        string person;
        await using (var app = await CrmApp.StartAsync(postgres, settings: [("Logging:Level", "Verbose"), ("Logging:Folder", folder.FullName)]))
        {
            person = (await app.PersonAsync(Mark, $"{Mark}@example.org", "+33" + Digits)).ToString();
            var (visitor, admin) = (app.Visitor(), await app.SignInAsync(Role.Admin));
            await visitor.SignInAsync($"{Mark}@example.org", Mark);
            foreach (var page in (string[])["/account/forgotten-password", "/contact", "/rights", "/preferences/link"]) await FillAsync(visitor, page, app);
            foreach (var page in (string[])["edit", "log", "tags", "write", "search", "agreements"]) await FillAsync(admin, $"/contacts/{person}/{page}", app);
            foreach (var page in (string[])["/contacts/create", "/requests/create", "/properties/create", "/mandates/create", "/contracts/create", "/processors/edit", "/breaches/edit", "/users/invite", "/objections", "/statistics/tools/create", "/inquiries/keys"]) await FillAsync(admin, page, app);
            foreach (var address in (string[])["/contacts?q={0}", "/contacts/{0}", "/nowhere/{0}?x={0}", "/contact?property={0}", "/preferences?k={0}", "/audit?id={0}", "/properties?q={0}", "/properties/communes?q={0}", "/contacts?q={0}%00", "/account/sign-in?ReturnUrl=/{0}"]) await admin.GetAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, address, Mark));
            await RefusedAsync(app, Guid.Parse(person));
        }
        var log = string.Concat(folder.GetFiles().Select(file => File.ReadAllText(file.FullName)));
        folder.Delete(recursive: true);

        Assert.Contains("POST contacts/{id:guid}/edit", log.Replace("POST /", "POST ", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(_told, told => told.Contains("Npgsql", StringComparison.Ordinal));
        Assert.Contains(_told, told => told.Contains("http.server.request.duration", StringComparison.Ordinal));
        Assert.Empty(_told.Append(log).SelectMany(told => Told().Matches(told).Select(found => found.Value)).Distinct());
    }

    [Fact]
    public async Task A_file_of_the_log_goes_after_its_months_and_more_than_six_are_refused()
    {
        var folder = Directory.CreateTempSubdirectory("rgpdcrm-logs-");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetLocalNow().DateTime);
        foreach (var age in (int[])[10, 170, 182, 400]) await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"rgpdcrm-{today.AddDays(-age):yyyyMMdd}.log"), "old", TestContext.Current.CancellationToken);

        await using (var app = await CrmApp.StartAsync(postgres, settings: [("Logging:Level", "Information"), ("Logging:Folder", folder.FullName)])) await app.Visitor().GetAsync("/account/sign-in");
        Assert.Equal([170, 10, 0], folder.GetFiles().Select(file => today.DayNumber - DateOnly.ParseExact(file.Name[8..16], "yyyyMMdd", null).DayNumber).OrderDescending());
        folder.Delete(recursive: true);

        foreach (var months in (string[])["0", "7", "six"])
            Assert.Contains("Logging__KeptMonths", Assert.Throws<Web.Hosting.WrongSettingException>(() => Web.Program.Build([$"--Logging:KeptMonths={months}"])).Message, StringComparison.Ordinal);
    }

    // Every form of the page, with every field a person's data can be typed into.
    private static async Task FillAsync(Browser browser, string page, CrmApp app)
    {
        var html = await (await browser.GetAsync(page)).Content.ReadAsStringAsync();
        app.Time.Advance(TimeSpan.FromSeconds(4));
        var filled = 0;
        foreach (Match form in Form().Matches(html))
        {
            var action = Attribute(form.Groups[1].Value, "action") is { Length: > 0 } given ? given : page;
            if (action.Contains("sign-out", StringComparison.Ordinal) || action.Contains("/theme", StringComparison.Ordinal) || action.Contains("/shortcuts", StringComparison.Ordinal) || action.Contains("/language", StringComparison.Ordinal)) continue;
            var fields = Field().Matches(form.Groups[2].Value).Select(f => (Tag: f.Value, Name: Attribute(f.Value, "name"), Type: Attribute(f.Value, "type"))).Where(f => f.Name.Length > 0)
                .Select(f => (f.Name, Value: f.Type is "hidden" or "checkbox" or "radio" ? Attribute(f.Tag, "value") : f.Type is "date" ? "2026-11-01" : f.Type is "number" ? "1"
                    : f.Name.Contains("mail", StringComparison.OrdinalIgnoreCase) ? $"{Mark}@example.org" : f.Name.Contains("hone", StringComparison.Ordinal) ? "0" + Digits : Mark)).ToList();
            fields.AddRange(Select().Matches(form.Groups[2].Value).Select(s => (Attribute(s.Groups[1].Value, "name"), Attribute(s.Groups[2].Value, "value"))));
            filled += fields.Count(f => f.Value.Contains(Mark, StringComparison.Ordinal));
            await browser.PostWithoutTokenAsync(action, fields);
        }
        Assert.True(filled > 0, $"{page} has no field to type into.");
    }

    // What the database refuses for its values: twice the same, too long, and what a page did not foresee.
    private static async Task RefusedAsync(CrmApp app, Guid person)
    {
        foreach (var names in (string[][])[[Mark, Mark], [string.Concat(Enumerable.Repeat(Mark, 50))]])
        {
            await using var scope = app.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<CrmDbContext>();
            foreach (var name in names) db.Contracts.Add(new Contract(ContractKind.Lease, name, null, new DateOnly(2026, 6, 1), new DateOnly(2026, 6, 1), null, [new Party { ContactId = person, Side = Side.Tenant }]));
            await Assert.ThrowsAsync<DbUpdateException>(() => db.SaveChangesAsync());
        }
        await app.Database.OwnerConnectionString.QueryAsync<int>("ALTER TABLE tags ADD CHECK (name = '') NOT VALID");
        var admin = await app.SignInAsync(Role.Admin);
        await admin.PostFormAsync($"/contacts/{person}/tags", ("Input.Name", Mark + "2"));
    }

    private MeterListener Meters()
    {
        var listener = new MeterListener { InstrumentPublished = (instrument, self) => self.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Tell(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Tell(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Tell(instrument, tags));
        listener.Start();
        return listener;

        void Tell(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var tag in tags) _told.Enqueue($"{instrument.Meter.Name} {instrument.Name} {tag.Key}={tag.Value}");
        }
    }

    private ActivityListener Traces()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                _told.Enqueue($"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription}");
                foreach (var tag in activity.TagObjects) _told.Enqueue($"{activity.Source.Name} {tag.Key}={(tag.Value is System.Collections.IEnumerable many and not string ? string.Join(' ', many.Cast<object>()) : tag.Value)}");
                foreach (var happened in activity.Events) foreach (var tag in happened.Tags) _told.Enqueue($"{activity.Source.Name} {happened.Name} {tag.Key}={tag.Value}");
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string Attribute(string tag, string name) => WebUtility.HtmlDecode(Regex.Match(tag, $"\\b{name}=\"([^\"]*)\"").Groups[1].Value);

    [GeneratedRegex("""<form([^>]*method="post"[^>]*)>(.*?)</form>""", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<(?:input|textarea)[^>]*>")]
    private static partial Regex Field();

    [GeneratedRegex("<select([^>]*)>.*?(<option[^>]*value=\"[^\"]+\")", RegexOptions.Singleline)]
    private static partial Regex Select();

    // The mark with what stands before and after it, so that a failure says where.
    [GeneratedRegex($".{{0,60}}({Mark}|{Digits}).{{0,30}}", RegexOptions.IgnoreCase)]
    private static partial Regex Told();
}
