-- An agency of @contacts people on whom a run has nothing to do today. Out of 100: 76 active with a recent act, 8 protected by a running mandate,
-- 8 professionals long silent and exempt, 6 archived with seven years to go, 2 in the queue for three weeks. Everyone not archived has 9 child rows.
-- Written without triggers, exactly as they would have left it: clock_differences is read afterwards to prove it.
SET session_replication_role = replica;

CREATE TEMP TABLE people AS
SELECT i, md5('contact' || i)::uuid AS id, mix, current_date - 1000 - i % 700 AS collected_on,
       CASE mix WHEN 'recent' THEN current_date - 10 - i % 500 ELSE current_date - 950 END AS acted_on
FROM generate_series(1, @contacts) i
CROSS JOIN LATERAL (SELECT CASE
  WHEN i % 100 < 70 OR i % 5 = 0 THEN 'recent' WHEN i % 100 < 80 THEN 'running' WHEN i % 100 < 90 THEN 'professional' WHEN i % 100 < 98 THEN 'archived' ELSE 'pending' END AS mix) m;
ANALYZE people;

INSERT INTO contacts (id, kind, last_name, first_name, organisation, siren, search_name, roles, language, collected_on, created_at,
  idle_on, idle_kind, silent_on, silent_kind, kept_until, running_until, status, pending_since, pending_version, from_archive, postponements, deletion_approved, restricted, archived_on)
SELECT id, CASE mix WHEN 'professional' THEN 'Professional' ELSE 'Private' END, 'Martin' || i % 5000, 'Camille' || i % 300,
  CASE mix WHEN 'professional' THEN 'Cabinet ' || i END, CASE mix WHEN 'professional' THEN '732829320' END, 'martin' || i % 5000 || ' camille' || i % 300,
  1, 'fr', collected_on, collected_on,
  CASE WHEN mix <> 'archived' THEN acted_on END, CASE WHEN mix <> 'archived' THEN 'InboundCall' END,
  CASE WHEN mix <> 'archived' THEN acted_on END, CASE WHEN mix <> 'archived' THEN 'InboundCall' END,
  CASE mix WHEN 'running' THEN (current_date + 200 + interval '10 years')::date WHEN 'archived' THEN (current_date - 1000 + interval '10 years')::date END,
  CASE mix WHEN 'running' THEN current_date + 200 END,
  CASE mix WHEN 'pending' THEN 'PendingDeletion' WHEN 'archived' THEN 'Archived' ELSE 'Active' END,
  CASE mix WHEN 'pending' THEN current_date - 21 END, CASE mix WHEN 'pending' THEN 1 END, false, 0, false, false,
  CASE mix WHEN 'archived' THEN current_date - 60 END
FROM people;

INSERT INTO emails (id, contact_id, value) SELECT gen_random_uuid(), id, 'camille.martin' || i || '@example.org' FROM people;
INSERT INTO phones (id, contact_id, value) SELECT gen_random_uuid(), id, '+3363998' || lpad((i % 10000)::text, 4, '0') FROM people;
INSERT INTO addresses (id, contact_id, street, postal_code, city, country) SELECT gen_random_uuid(), id, i % 90 || ' rue des Lices', '49000', 'Angers', 'FR' FROM people;
INSERT INTO activities (id, contact_id, happened_on, kind, outcome, recorded_at) SELECT gen_random_uuid(), id, acted_on, 'InboundCall', 'None', acted_on FROM people WHERE mix <> 'archived';
INSERT INTO notes (id, contact_id, at, text) SELECT gen_random_uuid(), id, acted_on, 'Cherche au calme, proche du tramway.' FROM people WHERE mix <> 'archived';
INSERT INTO tags (id, contact_id, name) SELECT gen_random_uuid(), id, 'investisseur' FROM people WHERE mix <> 'archived';
INSERT INTO searches (id, contact_id, transaction, kinds, communes, frequency) SELECT gen_random_uuid(), id, 'Sale', '{House}', '{49007}', 'Weekly' FROM people WHERE mix <> 'archived';
INSERT INTO subscriptions (id, contact_id, topic, started_on) SELECT gen_random_uuid(), id, 'Alertes', acted_on FROM people WHERE mix <> 'archived';
INSERT INTO consents (id, contact_id, channel, purpose, granted, wording_version, source, at)
SELECT gen_random_uuid(), id, 'Email', 'alertes', true, '2026-1', 'formulaire', acted_on FROM people WHERE mix <> 'archived';

-- What grows with an agency besides its people.
INSERT INTO properties (id, reference, kind, address, changed_on)
SELECT md5('property' || i)::uuid, 'B' || i, 'Maison', '1 rue des Lices, Angers', current_date - 30 FROM people WHERE mix IN ('running', 'archived');
INSERT INTO obligations (id, type, mandate_kind, reference, exclusive, property_id, signed_on, starts_on, term_on, end_recorded)
SELECT md5('mandate' || i)::uuid, 'Mandate', 'Sale', 'M' || i, false, md5('property' || i)::uuid, collected_on, collected_on,
  CASE mix WHEN 'running' THEN current_date + 200 ELSE current_date - 1000 END, mix = 'archived'
FROM people WHERE mix IN ('running', 'archived');
INSERT INTO parties (id, obligation_id, contact_id, side) SELECT gen_random_uuid(), md5('mandate' || i)::uuid, id, 'Principal' FROM people WHERE mix IN ('running', 'archived');
INSERT INTO inquiries (id, contact_id, received_on, status, name, message)
SELECT gen_random_uuid(), id, current_date - 1 - i % 600, 'Handled', 'Camille Martin', 'Ce bien est-il disponible ?' FROM people WHERE mix = 'recent' AND i % 7 = 0;
INSERT INTO outgoing_mails (id, contact_id, template, created_at, state) SELECT gen_random_uuid(), id, 'pending-notice', current_date - 21, 'Recorded' FROM people WHERE mix = 'pending';
INSERT INTO rights_requests (id, kind, received_on, closed_on, restricted) SELECT gen_random_uuid(), 'Access', current_date - 400, current_date - 380, false FROM people WHERE i % 200 = 0;
INSERT INTO objections (id, fingerprint, channel, latest_on) SELECT gen_random_uuid(), sha256(('objection' || i)::bytea), 'Email', current_date - 300 FROM people WHERE i % 100 = 0;
INSERT INTO audit_entries (id, at, action, subject, subject_id, fields)
SELECT gen_random_uuid(), now() - make_interval(days => 1 + i % 300), 'contact.changed', 'contact', id, '{LastName}' FROM people WHERE i % 2 = 0;
INSERT INTO ledger (number, id, subject_hash, category, action, rule, policy_version, trigger, executed_at, counts, previous_hash, hash)
SELECT row_number() OVER (ORDER BY i), gen_random_uuid(), sha256(('gone' || i)::bytea), 'contact', 'Erased', 'SilenceCeiling', 1, 'Schedule',
  now() - interval '4 years' + make_interval(secs => i), '{"activities":1}', sha256(i::text::bytea), sha256(('h' || i)::bytea)
FROM people WHERE i % 5 = 0;

DROP TABLE people;
RESET session_replication_role;
