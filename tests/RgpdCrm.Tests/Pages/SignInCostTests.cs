using System.Collections.Concurrent;
using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RgpdCrm.Core.Accounts;
using RgpdCrm.Core.Data;
using RgpdCrm.Tests.Support;
using RgpdCrm.Web.Security;

namespace RgpdCrm.Tests.Pages;

/// <summary>What a failed sign-in costs, which must not tell whether there is such an account.</summary>
public sealed class SignInCostTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Whoever_fails_to_sign_in_costs_the_same_one_password_check_and_the_same_statements()
    {
        var (hasher, statements) = (new CountingHasher(), new Statements());
        await using var app = await CrmApp.StartAsync(postgres, services => services.AddSingleton<IPasswordHasher<Account>>(hasher).ConfigureDbContext<CrmDbContext>(options => options.AddInterceptors(statements)));
        foreach (var known in new[] { "wrong@example.org", "left@example.org", "locked@example.org" }) await app.EnsureAccountAsync(known, Role.Agent);
        await app.Database.OwnerConnectionString.QueryAsync<object>("""
            UPDATE accounts SET disabled_at = now() WHERE email = 'left@example.org'
            """);
        for (var i = 0; i < FrontDoor.MostTries; i++) await app.Visitor("198.51.100.1").SignInAsync("locked@example.org", "x");
        var costs = new List<string>();
        foreach (var email in new[] { "nobody@example.org", "wrong@example.org", "left@example.org", "locked@example.org" })
        {
            var visitor = app.Visitor();
            hasher.Checks = 0;
            statements.Said.Clear();
            Assert.Equal(HttpStatusCode.OK, (await visitor.SignInAsync(email, "x")).StatusCode);
            Assert.Equal(1, hasher.Checks);
            costs.Add(string.Join('\n', statements.Said));
        }

        Assert.Contains("sign_in_tries", costs[0], StringComparison.Ordinal);
        Assert.Single(costs.Distinct());
    }

    private sealed class CountingHasher : PasswordHasher<Account>
    {
        public int Checks { get; set; }

        public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
        {
            Checks++;
            return base.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    private sealed class Statements : DbCommandInterceptor
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Said.Enqueue(command.CommandText);
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Said.Enqueue(command.CommandText);
            return base.NonQueryExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
