-- The database as the last line: what is owed or held is not deleted, whoever asks.

-- The day that a deletion is judged by. Who says nothing gets the earliest date on earth; the engine says its own, which is believed up to the latest.
-- Beyond that only where the owner allowed rehearsals: a host's clock that jumped, or code that lies, takes nothing before its time.
CREATE FUNCTION deciding_on() RETURNS date LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT CASE
    WHEN s.said IS NULL THEN (now() AT TIME ZONE 'UTC' - interval '12 hours')::date
    WHEN i.rehearsals THEN s.said
    ELSE least(s.said, (now() AT TIME ZONE 'UTC' + interval '14 hours')::date) END
  FROM installation i, (SELECT nullif(current_setting('rgpdcrm.today', true), '')::date AS said) s
$$;

-- Whatever is not certainly over is owed: IS NOT TRUE also where a date is missing. In a merge the second record may go once the first one is owed for as long.
CREATE FUNCTION refuse_owed_contacts() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM removed r WHERE r.kept_until IS NOT NULL AND (r.kept_until < deciding_on()) IS NOT TRUE
      AND NOT EXISTS (SELECT FROM contacts c WHERE c.id = nullif(current_setting('rgpdcrm.merged_into', true), '')::uuid AND c.kept_until >= r.kept_until)) THEN
    RAISE EXCEPTION 'A contact that is still owed is not deleted.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

-- A contact goes after its holds (the foreign key restricts), so this covers both.
CREATE FUNCTION refuse_standing_holds() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM removed WHERE lifted_at IS NULL) THEN
    RAISE EXCEPTION 'A hold is lifted by a person before it is deleted.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

-- Parties go before their mandate or contract, so that here is where a hold on any of them is seen. In a merge the second record's row may go because the first one's stays.
CREATE FUNCTION refuse_owed_parties() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM removed r LEFT JOIN obligations o ON o.id = r.obligation_id
    WHERE NOT EXISTS (SELECT FROM parties p WHERE p.obligation_id = r.obligation_id AND p.contact_id = nullif(current_setting('rgpdcrm.merged_into', true), '')::uuid)
      AND ((o.id IS NOT NULL AND ((o.ends_on + interval '10 years')::date < deciding_on()) IS NOT TRUE)
        OR EXISTS (SELECT FROM removed q JOIN holds h ON h.contact_id = q.contact_id AND h.lifted_at IS NULL WHERE q.obligation_id = r.obligation_id)
        OR EXISTS (SELECT FROM parties q JOIN holds h ON h.contact_id = q.contact_id AND h.lifted_at IS NULL WHERE q.obligation_id = r.obligation_id))) THEN
    RAISE EXCEPTION 'A party of what is still owed or held is not deleted.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION refuse_owed_obligations() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM removed WHERE ((ends_on + interval '10 years')::date < deciding_on()) IS NOT TRUE) THEN
    RAISE EXCEPTION 'A mandate or contract is kept for ten years after its end.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'This table is not emptied as a whole.' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER contacts_last_line AFTER DELETE ON contacts REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION refuse_owed_contacts();
CREATE TRIGGER holds_last_line AFTER DELETE ON holds REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION refuse_standing_holds();
CREATE TRIGGER parties_last_line AFTER DELETE ON parties REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION refuse_owed_parties();
CREATE TRIGGER obligations_last_line AFTER DELETE ON obligations REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION refuse_owed_obligations();

CREATE TRIGGER contacts_whole BEFORE TRUNCATE ON contacts EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER holds_whole BEFORE TRUNCATE ON holds EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER parties_whole BEFORE TRUNCATE ON parties EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER obligations_whole BEFORE TRUNCATE ON obligations EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER register_lines_whole BEFORE TRUNCATE ON register_lines EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER ledger_whole BEFORE TRUNCATE ON ledger EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER audit_entries_whole BEFORE TRUNCATE ON audit_entries EXECUTE FUNCTION refuse_truncate();
