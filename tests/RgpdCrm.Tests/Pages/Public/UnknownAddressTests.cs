using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Tests.Support;

namespace RgpdCrm.Tests.Pages.Public;

/// <summary>Neither the answer nor the work behind it tells whether an address is known. Time is not measured: the commands that the database gets are.</summary>
public sealed partial class UnknownAddressTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_known_and_an_unknown_address_cost_the_database_the_same_commands()
    {
        var watch = new Watch();
        await using var app = await CrmApp.StartAsync(postgres, services => services.ConfigureDbContext<CrmDbContext>(options => options.AddInterceptors(watch)));
        await app.PersonAsync("Claire", "claire@exemple.fr");
        await app.EnsureAccountAsync("sophie@example.org", Role.Agent);
        var visitor = app.Visitor();
        await CompareAsync("claire@exemple.fr", email => visitor.PostWithoutTokenAsync("/preferences/link", [("Email", email)]), sameWords: true);
        await CompareAsync("sophie@example.org", email => visitor.PostFormAsync("/account/forgotten-password", ("Email", email)), sameWords: true);
        // Rows of a known person are written by the same command as those of nobody.
        await CompareAsync("claire@exemple.fr", AskAsync, sameWords: false);

        async Task CompareAsync(string known, Func<string, Task<HttpResponseMessage>> send, bool sameWords)
        {
            await send("personne0@exemple.fr"); // What is read once belongs to neither.
            var (unknown, unknownAnswer) = await SeenAsync("personne@exemple.fr");
            var (ours, ourAnswer) = await SeenAsync(known);
            Assert.Equal(unknownAnswer, ourAnswer);
            Assert.NotEmpty(ours);
            if (sameWords) Assert.Equal(unknown, ours);
            else Assert.Equal(unknown.Count, ours.Count);

            async Task<(List<string> Commands, string Answer)> SeenAsync(string email)
            {
                watch.Seen.Clear();
                var answer = await send(email);
                return ([.. watch.Seen], $"{answer.StatusCode} {answer.Headers.Location}");
            }
        }

        async Task<HttpResponseMessage> AskAsync(string email)
        {
            var token = Token().Match(await visitor.ReadAsync("/rights")).Groups[1].Value;
            app.Time.Advance(TimeSpan.FromSeconds(4));
            watch.Seen.Clear();
            return await visitor.PostWithoutTokenAsync("/rights", [("Token", token), ("Kind", "Access"), ("Name", "Claire Martin"), ("Email", email)]);
        }
    }

    [GeneratedRegex("name=\"Token\"[^>]*value=\"([^\"]+)")]
    private static partial Regex Token();

    private sealed class Watch : DbCommandInterceptor
    {
        public ConcurrentQueue<string> Seen { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Seen.Enqueue(command.CommandText);
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Seen.Enqueue(command.CommandText);
            return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
