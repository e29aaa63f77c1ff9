-- Who may still come in is told to the register outside, too: a restored backup opens no door that was closed since.
CREATE FUNCTION outside_account(a accounts) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('account', outside_hash(a.id), 'role', a.role, 'disabledAt', a.disabled_at))
$$;

CREATE FUNCTION outside_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data)
  SELECT 'account', outside_account(w) FROM written w JOIN former f ON f.id = w.id WHERE (w.role, w.disabled_at) IS DISTINCT FROM (f.role, f.disabled_at);
  RETURN NULL;
END $$;

CREATE TRIGGER outside_update AFTER UPDATE ON accounts REFERENCING NEW TABLE AS written OLD TABLE AS former FOR EACH STATEMENT EXECUTE FUNCTION outside_accounts();

CREATE FUNCTION outside_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data)
  SELECT 'key', jsonb_build_object('key', outside_hash(id), 'revokedAt', revoked_at) FROM written WHERE revoked_at IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER outside_update AFTER UPDATE ON api_keys REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION outside_keys();
