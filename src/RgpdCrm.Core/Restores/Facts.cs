namespace RgpdCrm.Core.Restores;

/// <summary>The statements of a replay. Ids are matched by their hashes: <c>sha256(uuid_send(id))</c> is what the register keeps of one.</summary>
internal static class Facts
{
    // A restored database has no statistics: a tenth of the usual sample is enough for the plans here, and the server takes the rest in its own time.
    public const string Tables = """
        DROP TABLE IF EXISTS outside_facts, living;
        CREATE TEMP TABLE outside_facts (position bigint GENERATED ALWAYS AS IDENTITY, recent boolean, kind text, data jsonb);
        SET default_statistics_target = 10;
        ANALYZE
        """;

    /// <summary>The people of the register who are in the backup.</summary>
    public const string Living = """
        ANALYZE outside_facts;
        CREATE TEMP TABLE living AS SELECT w.hash, c.id FROM contacts c JOIN (
          SELECT subject_hash AS hash FROM ledger WHERE number > @since AND category = 'contact'
          UNION SELECT other_hash FROM ledger WHERE number > @since AND other_hash IS NOT NULL
          UNION SELECT decode(data ->> 'subject', 'hex') FROM outside_facts WHERE data ->> 'subject' IS NOT NULL
          UNION SELECT decode(h, 'hex') FROM unnest(@open::text[]) AS h) w ON w.hash = sha256(uuid_send(c.id));
        CREATE INDEX ON living (hash);
        ANALYZE living
        """;

    public const string Policies = """
        INSERT INTO policy_versions
        SELECT (jsonb_populate_record(NULL::policy_versions, data || '{"reason": "Repris du registre hors de la base de données."}')).* FROM outside_facts WHERE kind = 'policy' AND data ? 'version'
        ON CONFLICT (version) DO NOTHING
        """;

    // A hold that the backup has: the last that was said of it.
    public const string HoldsKnown = """
        UPDATE holds h SET lifted_at = l.lifted_at, review_on = l.review_on
        FROM (SELECT DISTINCT ON (data ->> 'hold') decode(data ->> 'hold', 'hex') AS hash, (data ->> 'liftedAt')::timestamptz AS lifted_at, (data ->> 'reviewOn')::date AS review_on
              FROM outside_facts WHERE kind = 'hold' AND data ? 'hold' ORDER BY data ->> 'hold', position DESC) l
        WHERE sha256(uuid_send(h.id)) = l.hash AND (h.lifted_at, h.review_on) IS DISTINCT FROM (l.lifted_at, l.review_on)
        """;

    // Standing holds that the backup does not have. Those of before an earlier restore were told again after it, under new ids.
    private const string Standing = """
        SELECT v.id AS contact_id, l.data FROM (
          SELECT DISTINCT ON (data ->> 'hold') data FROM outside_facts WHERE kind = 'hold' AND recent AND data ? 'hold' ORDER BY data ->> 'hold', position DESC) l
        JOIN living v ON v.hash = decode(l.data ->> 'subject', 'hex') JOIN contacts c ON c.id = v.id WHERE l.data ->> 'liftedAt' IS NULL
        UNION ALL
        SELECT v.id, l.data FROM outside_facts l JOIN living v ON v.hash = decode(l.data ->> 'subject', 'hex') JOIN contacts c ON c.id = v.id WHERE l.kind = 'hold' AND NOT l.data ? 'hold'
        """;

    public const string HoldsUnknown = $"""
        INSERT INTO holds (id, contact_id, kind, reason, placed_at, review_on)
        SELECT gen_random_uuid(), s.contact_id, s.data ->> 'kind', 'Repris du registre hors de la base de données : motif à compléter.', coalesce((s.data ->> 'placedAt')::timestamptz, @now), (s.data ->> 'reviewOn')::date
        FROM ({Standing}) s
        ON CONFLICT (contact_id, kind) WHERE lifted_at IS NULL DO NOTHING
        """;

    public const string HeldMissing = $"""
        SELECT count(*) FROM ({Standing}) s WHERE NOT EXISTS (SELECT FROM holds h WHERE h.contact_id = s.contact_id AND h.kind = s.data ->> 'kind' AND h.lifted_at IS NULL)
        """;

    public const string Consents = """
        UPDATE consents c SET withdrawn_at = l.at
        FROM (SELECT decode(data ->> 'consent', 'hex') AS consent, decode(data ->> 'subject', 'hex') AS subject, data -> 'channels' AS channels, coalesce((data ->> 'withdrawnAt')::timestamptz, @now) AS at
              FROM outside_facts WHERE kind = 'consent') l
        LEFT JOIN living v ON v.hash = l.subject AND l.consent IS NULL
        WHERE c.withdrawn_at IS NULL AND c.granted AND (sha256(uuid_send(c.id)) = l.consent OR c.contact_id = v.id AND l.channels ? c.channel)
        """;

    public const string Subscriptions = """
        UPDATE subscriptions s SET stopped_on = l.on_day
        FROM (SELECT decode(data ->> 'subscription', 'hex') AS subscription, decode(data ->> 'subject', 'hex') AS subject, coalesce((data ->> 'stoppedOn')::date, (@now AT TIME ZONE @zone)::date) AS on_day
              FROM outside_facts WHERE kind = 'subscription') l
        LEFT JOIN living v ON v.hash = l.subject AND l.subscription IS NULL
        WHERE s.stopped_on IS NULL AND (sha256(uuid_send(s.id)) = l.subscription OR s.contact_id = v.id)
        """;

    // Whoever was let in since is not in the backup; whoever was shut out is shut out again.
    public const string Accounts = """
        UPDATE accounts a SET role = l.role, disabled_at = l.disabled_at
        FROM (SELECT DISTINCT ON (data ->> 'account') decode(data ->> 'account', 'hex') AS hash, data ->> 'role' AS role, (data ->> 'disabledAt')::timestamptz AS disabled_at
              FROM outside_facts WHERE kind = 'account' ORDER BY data ->> 'account', position DESC) l
        WHERE sha256(uuid_send(a.id)) = l.hash AND (a.role, a.disabled_at) IS DISTINCT FROM (l.role, l.disabled_at)
        """;

    public const string Keys = """
        UPDATE api_keys k SET revoked_at = (l.data ->> 'revokedAt')::timestamptz
        FROM outside_facts l WHERE l.kind = 'key' AND sha256(uuid_send(k.id)) = decode(l.data ->> 'key', 'hex') AND k.revoked_at IS NULL
        """;

    private const string LatestObjections = """
        SELECT DISTINCT ON (data ->> 'fingerprint', data ->> 'subject') decode(data ->> 'fingerprint', 'hex') AS fingerprint, data ->> 'subject' AS subject, data ->> 'channel' AS channel,
               (data ->> 'latestOn')::date AS latest_on, data ? 'gone' AS gone
        FROM outside_facts WHERE kind = 'objection' ORDER BY data ->> 'fingerprint', data ->> 'subject', position DESC
        """;

    public const string ObjectionsGone = $"""
        DELETE FROM objections o USING ({LatestObjections}) l
        WHERE l.gone AND o.fingerprint = l.fingerprint AND encode(sha256(uuid_send(o.contact_id)), 'hex') IS NOT DISTINCT FROM l.subject
        """;

    // Of someone whom the backup does not know, the fingerprint alone: it still speaks for them.
    public const string Objections = $"""
        INSERT INTO objections (id, contact_id, fingerprint, channel, latest_on)
        SELECT DISTINCT ON (c.id, l.fingerprint) gen_random_uuid(), c.id, l.fingerprint, l.channel, l.latest_on
        FROM ({LatestObjections}) l LEFT JOIN living v ON v.hash = decode(l.subject, 'hex') LEFT JOIN contacts c ON c.id = v.id
        WHERE NOT l.gone AND NOT EXISTS (SELECT FROM objections o WHERE o.fingerprint = l.fingerprint AND o.contact_id IS NOT DISTINCT FROM c.id AND o.latest_on >= l.latest_on)
        ORDER BY c.id, l.fingerprint, l.latest_on DESC
        """;

    // Papers are no part of a backup.
    public const string RequestsExecuted = """
        UPDATE rights_requests r SET papers_key = NULL, closed_on = (l.executed_at AT TIME ZONE @zone)::date, restricted = l.action = 'ErasedInPart', outcome = CASE l.action WHEN 'Erased' THEN 'Granted' ELSE 'GrantedInPart' END
        FROM ledger l JOIN living v ON v.hash = l.subject_hash
        WHERE l.number > @since AND l.category = 'contact' AND l.trigger = 'Request' AND r.contact_id = v.id AND r.kind = 'Erasure' AND r.closed_on IS NULL
        """;

    /// <summary>How many the ledger names as erased and are there.</summary>
    public const string Alive = """
        SELECT count(*) FROM ledger l JOIN (
          SELECT sha256(uuid_send(id)) AS hash FROM contacts UNION ALL SELECT sha256(uuid_send(id)) FROM obligations
          UNION ALL SELECT sha256(uuid_send(id)) FROM inquiries UNION ALL SELECT sha256(uuid_send(id)) FROM properties) t ON t.hash = l.subject_hash
        WHERE l.action = 'Erased'
        """;
}
