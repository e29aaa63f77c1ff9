using RgpdCrm.Core.Contacts;
using RgpdCrm.Core.Obligations;
using RgpdCrm.Core.Properties;

namespace RgpdCrm.Core.Data;

/// <summary>Someone fictional, with the history that explains their place in the schedule.</summary>
internal sealed class DemoPerson
{
    public required Guid Id { get; init; }
    public required ContactName Name { get; init; }
    public required ContactRoles Roles { get; init; }
    public required Guid ResponsibleId { get; init; }
    public required DateOnly CollectedOn { get; init; }

    /// <summary>Latest day on which something that moves both clocks may have happened.</summary>
    public required DateOnly LastOn { get; init; }

    /// <summary>Since when only identity and contracts are left.</summary>
    public DateOnly? ArchivedOn { get; init; }

    public required string Email { get; init; }
    public required string Phone { get; init; }
    public List<DemoActivity> Activities { get; } = [];
}

internal sealed record DemoActivity(DateOnly On, ActivityKind Kind, Outcome Outcome = Outcome.None, string? Text = null, Guid? ObligationId = null);

/// <summary>A fictional property; what it is offered for and where it stands come from its mandates and contracts.</summary>
internal sealed record DemoProperty(Guid Id, string Reference, PropertyKind Kind, string Address, Commune Town, int Surface, int? Rooms, EnergyClass Energy, int PricePerMetre, DateOnly ChangedOn)
{
    public Transaction Transaction { get; set; }
    public PropertyStatus Status { get; set; }

    /// <summary>Euros, as advertisements round them: a sale to the thousand, a rent to ten.</summary>
    public int Price => Transaction == Transaction.Sale ? Surface * PricePerMetre / 1000 * 1000 : Surface * PricePerMetre / 2200 * 10;
}

internal sealed record DemoObligation(
    Guid Id, MandateKind? Mandate, ContractKind? Contract, DemoProperty Property, DateOnly SignedOn, DateOnly? EndsOn, (DemoPerson Person, Side Side)[] Parties)
{
    public int? RegisterNumber { get; set; }
}

/// <summary>Invents the people of the agency. The same number, seed and day give the same people. Their last acts are spread so that
/// about as many enter the queue every week, well under the brakes.</summary>
internal sealed class DemoPeople(int count, int seed, DateOnly firstDue, DateOnly today, IReadOnlyList<Guid> agents)
{
    private const int Inactivity = 30;
    private const int Silence = 33;

    private static readonly ActivityKind[] TheirActs =
    [
        ActivityKind.InboundCall, ActivityKind.InboundCall, ActivityKind.InboundEmail, ActivityKind.VisitAttended, ActivityKind.VisitAttended, ActivityKind.InquiryReceived,
        ActivityKind.InboundMessage, ActivityKind.Meeting, ActivityKind.CriteriaChanged, ActivityKind.OfferMade, ActivityKind.ApplicationMade, ActivityKind.SubscriptionStarted,
    ];

    private static readonly PropertyKind[] Kinds = [PropertyKind.Apartment, PropertyKind.House, PropertyKind.Apartment, PropertyKind.Commercial];
    private static readonly EnergyClass[] Energy = [EnergyClass.B, EnergyClass.C, EnergyClass.C, EnergyClass.D, EnergyClass.D, EnergyClass.D, EnergyClass.E, EnergyClass.E, EnergyClass.F, EnergyClass.G];
    /// <summary>The commune of that name.</summary>
    public static Commune Town(string name) => Towns[name];

    private static readonly Dictionary<string, Commune> Towns = DemoNames.Towns.Select(t => t.Town).Distinct().ToDictionary(t => t, t => Communes.Named(t)!);
    private static readonly ActivityKind[] OurActs = [ActivityKind.PropertyProposed, ActivityKind.PersonalMessage, ActivityKind.OutboundCall];

    private static readonly ActivityKind[] NobodysActs =
        [ActivityKind.AutomaticEmailSent, ActivityKind.AutomaticEmailOpened, ActivityKind.AutomaticEmailBounced, ActivityKind.LinkFetched, ActivityKind.MatchComputed, ActivityKind.Note];

    private static readonly ContactRoles[] Usual =
    [
        ContactRoles.Buyer, ContactRoles.Buyer, ContactRoles.Tenant, ContactRoles.Tenant, ContactRoles.Seller, ContactRoles.Landlord,
        ContactRoles.Buyer | ContactRoles.Seller, ContactRoles.Other,
    ];

    // Of those under a running mandate or contract; the first two share a lease.
    private static readonly ContactRoles[] Dealing = [ContactRoles.Landlord, ContactRoles.Tenant, ContactRoles.Seller, ContactRoles.Landlord, ContactRoles.Buyer | ContactRoles.Seller];

    // Days until the ten years of someone archived end: two are over, most bring back into the queue, one is for later.
    private static readonly int[] TenYearsEndIn = [12, 33, -6, 47, 5, -2, 20, 100];

    private readonly Random random = new(seed);
    private int properties;

    public List<DemoObligation> Obligations { get; } = [];

    /// <summary>The people, in the order of their ids' invention.</summary>
    public IReadOnlyList<DemoPerson> Invent()
    {
        var people = new List<DemoPerson>(count);
        var archived = firstDue <= today ? Math.Min(TenYearsEndIn.Length, count / 100) : 0;
        var quiet = count - (count / 20) - (count * 14 / 100) - archived;
        var archive = quiet + (count / 20);
        var dealing = archive + archived;
        var dueOn = DueDates(quiet);
        for (var i = 0; i < count; i++)
        {
            people.Add(
                i < quiet ? Quiet(i, dueOn[i])
                : i < archive ? Professional(i)
                : i < dealing ? Archived(i, TenYearsEndIn[i - archive])
                : Person(i, Before(today, 1, 200), Dealing[(i - dealing) % Dealing.Length]));
        }
        PastDeals(people[..quiet]);
        RunningDeals(people[dealing..]);
        foreach (var person in people.Where(p => p.Name.Kind == ContactKind.Private && p.ArchivedOn is null)) Accompany(person);
        Number();
        return people;
    }

    public Guid NextId()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        // The marks of a version 4 id.
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }

    public T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    public bool Chance(int percent) => random.Next(100) < percent;

    public DateOnly Before(DateOnly day, int atLeast, int atMost) => day.AddDays(-random.Next(atLeast, atMost + 1));

    /// <summary>One share of the coming thirty months each, in no order.</summary>
    private DateOnly[] DueDates(int people)
    {
        var days = today.AddMonths(Inactivity).DayNumber - 2 - firstDue.DayNumber;
        var dates = new DateOnly[people];
        for (var i = 0; i < people; i++) dates[i] = firstDue.AddDays((int)((long)i * days / Math.Max(1, people)));
        random.Shuffle(dates);
        return dates;
    }

    /// <summary>A private person who enters the queue on a given day unless they give a sign of life.</summary>
    private DemoPerson Quiet(int i, DateOnly dueOn)
    {
        var idle = dueOn.AddMonths(-Inactivity);
        if (!Chance(15)) return Person(i, idle);

        // The agency kept proposing; the person has been silent for longer.
        var silent = dueOn.AddMonths(-Silence);
        var person = Person(i, silent);
        var latest = idle.AddDays(random.Next(2, 150));
        person.Activities.Add(new DemoActivity(latest < today ? latest : today, ActivityKind.PropertyProposed, Text: "Bien proposé par message"));
        return person;
    }

    private DemoPerson Person(int i, DateOnly lastOn, ContactRoles? roles = null)
    {
        var collectedOn = Chance(20) ? lastOn : Before(lastOn, 10, 1500);
        var person = Named(i, ContactName.Person(Any(DemoNames.First), Any(DemoNames.Last)), roles ?? Any(Usual), collectedOn, lastOn);
        for (var on = collectedOn; on < lastOn; on = on.AddDays(random.Next(15, 400))) person.Activities.Add(Exchange(on));
        person.Activities.Add(new DemoActivity(lastOn, Any(TheirActs)));
        return person;
    }

    private DemoPerson Professional(int i)
    {
        var name = new ContactName(ContactKind.Professional, Any(DemoNames.Last), Any(DemoNames.First), $"{Any(DemoNames.Trades)} {Any(DemoNames.Last)}", Siren());
        var lastOn = Before(today, 3, 1300);
        var person = Named(i, name, ContactRoles.Other, Before(lastOn, 30, 1200), lastOn);
        person.Activities.Add(new DemoActivity(lastOn, ActivityKind.InboundEmail));
        return person;
    }

    /// <summary>Someone whose mandate ended nearly ten years ago: the archive kept who they are, nothing else.</summary>
    private DemoPerson Archived(int i, int days)
    {
        var endedOn = today.AddDays(days).AddYears(-Obligation.KeptYears);
        var signedOn = Before(endedOn, 80, 120);
        var person = Named(i, ContactName.Person(Any(DemoNames.First), Any(DemoNames.Last)), ContactRoles.Seller, Before(signedOn, 1, 60), endedOn, endedOn.AddMonths(Inactivity + 2));
        Mandate(MandateKind.Sale, Property(signedOn), signedOn, endedOn, (person, Side.Principal));
        return person;
    }

    private DemoPerson Named(int i, ContactName name, ContactRoles roles, DateOnly collectedOn, DateOnly lastOn, DateOnly? archivedOn = null)
    {
        var local = string.Concat(ContactName.Fold($"{name.FirstName}.{name.LastName}").Where(c => char.IsAsciiLetterOrDigit(c) || c == '.'));
        return new DemoPerson
        {
            Id = NextId(),
            Name = name,
            Roles = roles,
            ResponsibleId = Any(agents),
            CollectedOn = collectedOn,
            LastOn = lastOn,
            ArchivedOn = archivedOn,
            Email = $"{local}{i}@example.org",
            // 06 39 98 and 02 61 91 are set aside for fiction (Arcep).
            Phone = $"{(Chance(85) ? "+3363998" : "+3326191")}{random.Next(10_000):0000}",
        };
    }

    private DemoActivity Exchange(DateOnly on)
    {
        var kind = Chance(65) ? Any(TheirActs) : Any(OurActs);
        var outcome = kind == ActivityKind.OutboundCall ? Any([Outcome.NoAnswer, Outcome.WishesToGoOn]) : Outcome.None;
        return new DemoActivity(on, kind, outcome, Chance(15) ? Any(DemoNames.Notes) : null);
    }

    /// <summary>Entries that count for nothing, up to today.</summary>
    private void Accompany(DemoPerson person)
    {
        var days = today.DayNumber - person.LastOn.DayNumber;
        if (days == 0 || !Chance(35)) return;
        for (var n = random.Next(1, 4); n > 0; n--) person.Activities.Add(new DemoActivity(person.LastOn.AddDays(random.Next(days)), Any(NobodysActs)));
        if (Chance(10)) person.Activities.Add(new DemoActivity(person.LastOn, ActivityKind.OutboundCall, Outcome.NoLongerInterested));
    }

    /// <summary>Mandates and sales that were over before their parties fell silent: what they leave is owed for ten years.</summary>
    private void PastDeals(List<DemoPerson> people)
    {
        DemoPerson? buyer = null;
        foreach (var person in people)
        {
            var days = person.LastOn.DayNumber - person.CollectedOn.DayNumber;
            if (days < 200) continue;
            if (person.Roles.HasFlag(ContactRoles.Buyer) && !person.Roles.HasFlag(ContactRoles.Seller)) buyer = Chance(15) ? person : buyer;
            if (!person.Roles.HasFlag(ContactRoles.Seller) && !person.Roles.HasFlag(ContactRoles.Landlord)) continue;

            var signedOn = person.CollectedOn.AddDays(random.Next(days - 180));
            var property = Property(signedOn);
            var kind = person.Roles.HasFlag(ContactRoles.Seller) ? MandateKind.Sale : MandateKind.Rental;
            Mandate(kind, property, signedOn, signedOn.AddDays(random.Next(80, 121)), (person, Side.Principal));

            var soldOn = signedOn.AddDays(60);
            if (kind != MandateKind.Sale || buyer is null || soldOn < buyer.CollectedOn || soldOn.AddDays(100) > buyer.LastOn) continue;
            Contract(ContractKind.PreliminarySale, property, soldOn, soldOn.AddDays(90), (person, Side.Seller), (buyer, Side.Buyer));
            Contract(ContractKind.Deed, property, soldOn.AddDays(90), soldOn.AddDays(90), (person, Side.Seller), (buyer, Side.Buyer));
            buyer = null;
        }
    }

    /// <summary>Mandates and leases that run today: their parties stay, whatever the clocks.</summary>
    private void RunningDeals(List<DemoPerson> people)
    {
        for (var i = 0; i < people.Count; i++)
        {
            var signedOn = Before(people[i].LastOn, 0, 300);
            if (signedOn < people[i].CollectedOn) signedOn = people[i].CollectedOn;
            var property = Property(signedOn);
            if (i % Dealing.Length == 0 && i + 1 < people.Count)
            {
                var (landlord, tenant) = (people[i], people[++i]);
                var from = signedOn > tenant.CollectedOn ? signedOn : tenant.CollectedOn;
                Contract(ContractKind.Lease, property, from, Chance(70) ? null : today.AddDays(random.Next(30, 900)), (landlord, Side.Landlord), (tenant, Side.Tenant));
                continue;
            }
            var kind = people[i].Roles.HasFlag(ContactRoles.Landlord) ? Any([MandateKind.Rental, MandateKind.Management])
                : people[i].Roles.HasFlag(ContactRoles.Buyer) ? Any([MandateKind.Sale, MandateKind.Search]) : MandateKind.Sale;
            Mandate(kind, property, signedOn, today.AddDays(random.Next(4, 400)), (people[i], Side.Principal));
        }
    }

    private DemoProperty Property(DateOnly on)
    {
        var ((town, perMetre), kind) = (Any(DemoNames.Towns), Any(Kinds));
        var surface = kind == PropertyKind.Apartment ? random.Next(22, 105) : random.Next(70, 190);
        return new DemoProperty(
            NextId(), $"B-{++properties:0000}", kind, $"{random.Next(1, 90)} {Any(DemoNames.Streets)}", Towns[town], surface, kind == PropertyKind.Commercial ? null : Math.Max(1, surface / 22),
            Any(Energy), perMetre * random.Next(80, 125) / 100, on);
    }

    private void Mandate(MandateKind kind, DemoProperty property, DateOnly signedOn, DateOnly endsOn, params (DemoPerson, Side)[] parties)
    {
        property.Transaction = kind is MandateKind.Rental or MandateKind.Management ? Transaction.Rental : Transaction.Sale;
        property.Status = endsOn < today ? PropertyStatus.Withdrawn : PropertyStatus.Available;
        Obligations.Add(new DemoObligation(NextId(), kind, null, property, signedOn, endsOn, parties));
    }

    private void Contract(ContractKind kind, DemoProperty property, DateOnly signedOn, DateOnly? endsOn, params (DemoPerson, Side)[] parties)
    {
        if (kind == ContractKind.Lease) property.Transaction = Transaction.Rental;
        property.Status = kind == ContractKind.PreliminarySale ? PropertyStatus.UnderOffer : PropertyStatus.Closed;
        Obligations.Add(new DemoObligation(NextId(), null, kind, property, signedOn, endsOn, parties));
    }

    /// <summary>The register of mandates: one number after the other, in the order of signature.</summary>
    private void Number()
    {
        var number = 0;
        foreach (var mandate in Obligations.Where(o => o.Mandate is not null).OrderBy(o => o.SignedOn)) mandate.RegisterNumber = ++number;
    }

    private string Siren()
    {
        var digits = Enumerable.Range(0, 8).Select(i => random.Next(i == 0 ? 1 : 0, 10)).ToArray();
        // Luhn: every second digit from the right counts double; the ninth makes the sum a multiple of ten.
        var sum = digits.Reverse().Select((d, i) => i % 2 == 0 ? d * 2 : d).Sum(d => d > 9 ? d - 9 : d);
        return string.Concat(digits) + (10 - sum % 10) % 10;
    }
}
