-- The two clocks of a contact follow the surviving activities, in the same transaction, whoever writes them.
CREATE FUNCTION refresh_clocks(ids uuid[]) RETURNS void LANGUAGE sql AS $$
  UPDATE contacts c
  SET idle_on = n.idle_on, idle_kind = n.idle_kind, silent_on = n.silent_on, silent_kind = n.silent_kind
  FROM (
    SELECT k.id, idle.happened_on AS idle_on, idle.kind AS idle_kind, silent.happened_on AS silent_on, silent.kind AS silent_kind
    FROM contacts k
    LEFT JOIN LATERAL (
      SELECT a.happened_on, a.kind FROM activities a
      WHERE a.contact_id = k.id AND a.moves_idle AND NOT (k.restricted AND a.kind = 'ObligationEnded')
      ORDER BY a.happened_on DESC, a.recorded_at DESC LIMIT 1) idle ON true
    LEFT JOIN LATERAL (
      SELECT a.happened_on, a.kind FROM activities a
      WHERE a.contact_id = k.id AND a.moves_silent AND NOT (k.restricted AND a.kind = 'ObligationEnded')
      ORDER BY a.happened_on DESC, a.recorded_at DESC LIMIT 1) silent ON true
    WHERE k.id = ANY (ids)) n
  WHERE c.id = n.id
    AND (c.idle_on, c.idle_kind, c.silent_on, c.silent_kind) IS DISTINCT FROM (n.idle_on, n.idle_kind, n.silent_on, n.silent_kind)
$$;

-- Kept until and running until follow mandates, contracts, their parties and the holds on any party.
CREATE FUNCTION refresh_obligations(ids uuid[]) RETURNS void LANGUAGE sql AS $$
  UPDATE contacts c
  SET kept_until = n.kept_until, running_until = n.running_until
  FROM (
    SELECT k.id, greatest(o.kept_until, k.kept_until_of_destroyed) AS kept_until, o.running_until
    FROM contacts k
    LEFT JOIN LATERAL (
      SELECT max(CASE WHEN h.held THEN date '9999-12-31' ELSE (b.ends_on + interval '10 years')::date END) AS kept_until,
             max(coalesce(b.ends_on, date '9999-12-31')) FILTER (WHERE NOT b.end_recorded) AS running_until
      FROM parties p
      JOIN obligations b ON b.id = p.obligation_id
      CROSS JOIN LATERAL (
        SELECT EXISTS (SELECT FROM parties q JOIN holds s ON s.contact_id = q.contact_id AND s.lifted_at IS NULL
                       WHERE q.obligation_id = b.id) AS held) h
      WHERE p.contact_id = k.id) o ON true
    WHERE k.id = ANY (ids)) n
  WHERE c.id = n.id AND (c.kept_until, c.running_until) IS DISTINCT FROM (n.kept_until, n.running_until)
$$;

CREATE FUNCTION activities_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_clocks(ARRAY(SELECT DISTINCT contact_id FROM written ORDER BY contact_id));
  RETURN NULL;
END $$;

-- Erasure and archiving empty the clocks themselves: refreshing rows that are about to go would double their work.
CREATE FUNCTION activities_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('rgpdcrm.erasing', true) IS DISTINCT FROM 'on' THEN
    PERFORM refresh_clocks(ARRAY(SELECT DISTINCT contact_id FROM removed ORDER BY contact_id));
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION activities_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_clocks(ARRAY(SELECT contact_id FROM written UNION SELECT contact_id FROM removed ORDER BY contact_id));
  RETURN NULL;
END $$;

CREATE TRIGGER activities_insert AFTER INSERT ON activities REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION activities_written();
CREATE TRIGGER activities_update AFTER UPDATE ON activities REFERENCING NEW TABLE AS written OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION activities_changed();
CREATE TRIGGER activities_delete AFTER DELETE ON activities REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION activities_removed();

CREATE FUNCTION parties_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_obligations(ARRAY(SELECT DISTINCT contact_id FROM written ORDER BY contact_id));
  RETURN NULL;
END $$;

CREATE FUNCTION parties_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_obligations(ARRAY(SELECT DISTINCT contact_id FROM removed ORDER BY contact_id));
  RETURN NULL;
END $$;

CREATE FUNCTION parties_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_obligations(ARRAY(SELECT contact_id FROM written UNION SELECT contact_id FROM removed ORDER BY contact_id));
  RETURN NULL;
END $$;

CREATE TRIGGER parties_insert AFTER INSERT ON parties REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION parties_written();
CREATE TRIGGER parties_update AFTER UPDATE ON parties REFERENCING NEW TABLE AS written OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION parties_changed();
CREATE TRIGGER parties_delete AFTER DELETE ON parties REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION parties_removed();

CREATE FUNCTION obligations_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_obligations(ARRAY(SELECT DISTINCT p.contact_id FROM written w JOIN parties p ON p.obligation_id = w.id ORDER BY p.contact_id));
  RETURN NULL;
END $$;

CREATE TRIGGER obligations_update AFTER UPDATE ON obligations REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION obligations_changed();

-- A hold on one party reaches every party of that person's mandates and contracts.
CREATE FUNCTION holds_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_obligations(ARRAY(
    SELECT DISTINCT q.contact_id FROM written w
    JOIN parties p ON p.contact_id = w.contact_id
    JOIN parties q ON q.obligation_id = p.obligation_id ORDER BY q.contact_id));
  RETURN NULL;
END $$;

CREATE TRIGGER holds_insert AFTER INSERT ON holds REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION holds_written();
CREATE TRIGGER holds_update AFTER UPDATE ON holds REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION holds_written();

-- What the stored dates would be if recomputed from the surviving facts; one row per contact that differs.
CREATE VIEW clock_differences AS
SELECT c.id
FROM contacts c
LEFT JOIN LATERAL (
  SELECT max(a.happened_on) FILTER (WHERE a.moves_idle) AS idle_on, max(a.happened_on) FILTER (WHERE a.moves_silent) AS silent_on
  FROM activities a WHERE a.contact_id = c.id AND NOT (c.restricted AND a.kind = 'ObligationEnded')) a ON true
LEFT JOIN LATERAL (
  SELECT max(CASE WHEN EXISTS (SELECT FROM parties q JOIN holds s ON s.contact_id = q.contact_id AND s.lifted_at IS NULL WHERE q.obligation_id = b.id)
                  THEN date '9999-12-31' ELSE (b.ends_on + interval '10 years')::date END) AS kept_until,
         max(coalesce(b.ends_on, date '9999-12-31')) FILTER (WHERE NOT b.end_recorded) AS running_until
  FROM parties p JOIN obligations b ON b.id = p.obligation_id WHERE p.contact_id = c.id) o ON true
WHERE (c.idle_on, c.silent_on, c.kept_until, c.running_until)
      IS DISTINCT FROM (a.idle_on, a.silent_on, greatest(o.kept_until, c.kept_until_of_destroyed), o.running_until);

-- The only ways out of the ledger and of the audit, for the application's role: age, judged by the database's own clock.
CREATE FUNCTION expire_ledger(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  last_number bigint;
  gone integer;
BEGIN
  SELECT max(number) INTO last_number FROM ledger WHERE executed_at < least(before, now() - interval '5 years');
  IF last_number IS NULL THEN RETURN 0; END IF;
  INSERT INTO ledger_anchor (id, number, hash) SELECT 1, number, hash FROM ledger WHERE number = last_number
  ON CONFLICT (id) DO UPDATE SET number = excluded.number, hash = excluded.hash;
  DELETE FROM ledger WHERE number <= last_number;
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

CREATE FUNCTION expire_audit(before timestamptz) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE gone integer;
BEGIN
  DELETE FROM audit_entries WHERE at < least(before, now() - interval '12 months');
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

REVOKE ALL ON FUNCTION expire_ledger(timestamptz), expire_audit(timestamptz) FROM PUBLIC;

INSERT INTO installation (id, installed_at) VALUES (1, now());
