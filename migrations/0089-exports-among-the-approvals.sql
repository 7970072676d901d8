-- The second person of an export is asked like every other: by an approval. Null where none was needed, and for exports that were
-- decided before.
alter table export add column approval_id uuid;

-- About exports that wait now is asked anew, for a week or as long as they live. Of this asking there is no leaf: that of the
-- request (`export.requested`, waiting) stands for it. Where the release before decides about one while it still runs, the
-- question is left without a consequence.
update export set approval_id = uuidv7() where state = 'requested' and expires_at > now();
insert into approval (tenant_id, id, kind, act, subject_type, subject_id, state, summary, facts, levels, requested_by, requested_at, due_at)
select tenant_id, approval_id, 'export', 'export.approve', 'export', id::text, 'open',
       'Exports ' || recordings || ' recordings for ' || recipient || '. ' || purpose,
       jsonb_build_object('recordings', recordings, 'bytes', bytes, 'recipient', recipient, 'matter', matter, 'rule', approval_rule,
                          'until', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
       jsonb_build_array(jsonb_build_object('afterMs', 0, 'roles', jsonb_build_array('compliance_officer')),
                         jsonb_build_object('afterMs', floor(extract(epoch from due_at - now()) * 500),
                                            'roles', jsonb_build_array('administrator'))),
       requested_by, now(), due_at
  from (select *, least(expires_at, now() + interval '7 days') as due_at from export where approval_id is not null) waiting;
insert into outbox (tenant_id, id, topic, payload)
select tenant_id, uuidv7(), 'approval.asked', jsonb_build_object('approvalId', approval_id) from export where approval_id is not null;
