-- Every change of what protects or restrains is told to the register outside the database, in the transaction that makes it, whoever makes it; ids as hashes.
CREATE FUNCTION outside_hash(id uuid) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT encode(sha256(uuid_send(id)), 'hex') $$;

CREATE FUNCTION outside_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data)
  SELECT 'hold', jsonb_strip_nulls(jsonb_build_object('hold', outside_hash(id), 'subject', outside_hash(contact_id), 'kind', kind, 'placedAt', placed_at, 'reviewOn', review_on, 'liftedAt', lifted_at)) FROM written;
  RETURN NULL;
END $$;

CREATE TRIGGER outside_insert AFTER INSERT ON holds REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION outside_hold();
CREATE TRIGGER outside_update AFTER UPDATE ON holds REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION outside_hold();

CREATE FUNCTION outside_objection(o objections) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('subject', outside_hash(o.contact_id), 'fingerprint', encode(o.fingerprint, 'hex'), 'channel', o.channel, 'latestOn', o.latest_on))
$$;

CREATE FUNCTION outside_objections_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data) SELECT 'objection', outside_objection(w) FROM written w;
  RETURN NULL;
END $$;

CREATE FUNCTION outside_objections_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data) SELECT 'objection', outside_objection(r) || '{"gone": true}' FROM removed r;
  RETURN NULL;
END $$;

CREATE FUNCTION outside_objections_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data) SELECT 'objection', outside_objection(r) || '{"gone": true}' FROM removed r;
  INSERT INTO outside_outbox (kind, data) SELECT 'objection', outside_objection(w) FROM written w;
  RETURN NULL;
END $$;

CREATE TRIGGER outside_insert AFTER INSERT ON objections REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION outside_objections_written();
CREATE TRIGGER outside_delete AFTER DELETE ON objections REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION outside_objections_removed();
CREATE TRIGGER outside_update AFTER UPDATE ON objections REFERENCING NEW TABLE AS written OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION outside_objections_changed();

CREATE FUNCTION outside_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data) SELECT 'consent', jsonb_build_object('consent', outside_hash(id), 'withdrawnAt', withdrawn_at) FROM written WHERE withdrawn_at IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER outside_update AFTER UPDATE ON consents REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION outside_withdrawal();

CREATE FUNCTION outside_stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data) SELECT 'subscription', jsonb_build_object('subscription', outside_hash(id), 'stoppedOn', stopped_on) FROM written WHERE stopped_on IS NOT NULL;
  RETURN NULL;
END $$;

CREATE TRIGGER outside_update AFTER UPDATE ON subscriptions REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION outside_stop();

CREATE FUNCTION outside_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outside_outbox (kind, data) SELECT 'policy', to_jsonb(w) - 'reason' - 'published_by_id' FROM written w;
  RETURN NULL;
END $$;

CREATE TRIGGER outside_insert AFTER INSERT ON policy_versions REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION outside_rules();
