-- Everyone on whom the decision might act today: one line per reason, each served by its own index.
-- Broad on purpose (month ends clamp, hence the 3 days; rule versions differ, hence the extremes); RetentionPolicy.Decide has the last word.
-- A test proves that nobody it would act on is missing.
INSERT INTO due (position, id)
SELECT row_number() OVER (ORDER BY d.due, d.id), d.id
FROM (
  SELECT c.id,
         CASE c.status
           WHEN 'Active' THEN least(c.idle_since + make_interval(months => @inactivity), c.silent_since + make_interval(months => @silence))::date
           WHEN 'Archived' THEN coalesce((c.kept_until - interval '2 months')::date, c.archived_on)
           ELSE greatest((c.pending_since + make_interval(months => @pending))::date, c.postponed_until)
         END AS due
  FROM contacts c
  JOIN (
    -- active: a clock may have run out
    SELECT id FROM contacts WHERE status = 'Active' AND kind = 'Private' AND running_until IS NULL AND idle_since <= @idle_before
    UNION SELECT id FROM contacts WHERE status = 'Active' AND kind = 'Private' AND running_until IS NULL AND silent_since <= @silent_before
    UNION SELECT id FROM contacts WHERE NOT @exempt AND status = 'Active' AND kind = 'Professional' AND running_until IS NULL AND idle_since <= @idle_before
    UNION SELECT id FROM contacts WHERE NOT @exempt AND status = 'Active' AND kind = 'Professional' AND running_until IS NULL AND silent_since <= @silent_before
    -- active: the last mandate ended by time alone and the run has not recorded it yet
    UNION SELECT id FROM contacts WHERE running_until IS NOT NULL AND running_until < @today AND status = 'Active'
    -- pending: the two months may be over, a date may be impossible, an act, a mandate or an exemption may bring back
    UNION SELECT id FROM contacts WHERE status = 'PendingDeletion' AND pending_since <= @pending_before
    UNION SELECT id FROM contacts WHERE status = 'PendingDeletion' AND pending_since IS NULL
    UNION SELECT id FROM contacts WHERE status = 'PendingDeletion' AND pending_since > @today
    UNION SELECT id FROM contacts WHERE status = 'PendingDeletion' AND silent_since > @silent_after AND idle_since > @idle_after
    UNION SELECT id FROM contacts WHERE status = 'PendingDeletion' AND kind = 'Professional'
    UNION SELECT id FROM contacts WHERE status <> 'Active' AND running_until IS NOT NULL
    UNION SELECT id FROM contacts WHERE from_archive
    -- archived: the ten years end soon, nothing is kept any more, the person acted
    UNION SELECT id FROM contacts WHERE status = 'Archived' AND kept_until <= @kept_before
    UNION SELECT id FROM contacts WHERE status = 'Archived' AND kept_until IS NULL
    UNION SELECT id FROM contacts WHERE status = 'Archived' AND silent_on IS NOT NULL
    -- an erasure granted in part: the last reason may have ended
    UNION SELECT id FROM contacts WHERE restricted
    -- set aside by an earlier run: tried again
    UNION SELECT contact_id FROM set_asides
  ) f ON f.id = c.id
) d
