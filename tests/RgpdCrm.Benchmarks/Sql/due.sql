-- @due people, spread over the whole table, whose two months in the queue are over and whose deletion an admin approved beyond the brake.
SET session_replication_role = replica;

UPDATE contacts SET status = 'PendingDeletion', pending_since = current_date - 70, pending_version = 1,
  idle_on = current_date - 1000, silent_on = current_date - 1000, collected_on = current_date - 1600
WHERE id IN (SELECT md5('contact' || i)::uuid FROM generate_series(1, @contacts) i WHERE i % (@contacts / @due) = 0 ORDER BY i LIMIT @due);
UPDATE activities a SET happened_on = c.idle_on FROM contacts c WHERE c.id = a.contact_id AND c.pending_since = current_date - 70;
DELETE FROM inquiries i USING contacts c WHERE c.id = i.contact_id AND c.pending_since = current_date - 70;

WITH list AS (
  INSERT INTO brakes (id, category, budget, frozen_at, date, count, approved_at)
  VALUES (gen_random_uuid(), 'contact', 'Deleting', now(), current_date, @due, now()) RETURNING id)
INSERT INTO brake_members (brake_id, subject_id) SELECT list.id, c.id FROM list, contacts c WHERE c.pending_since = current_date - 70;

RESET session_replication_role;
