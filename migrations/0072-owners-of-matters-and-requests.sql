-- Who looks after a matter and a request, so that it can be handed over when they leave. Null: nobody any more, or nobody yet.
alter table matter add column owner_id uuid;
alter table subject_request add column owner_id uuid;
update matter m set owner_id = m.opened_by from app_user u
 where u.tenant_id = m.tenant_id and u.id = m.opened_by and u.status = 'active' and m.state <> 'closed';
update subject_request q set owner_id = q.opened_by from app_user u
 where u.tenant_id = q.tenant_id and u.id = q.opened_by and u.status = 'active' and q.ended_at is null;
create index matter_owner on matter (tenant_id, owner_id) where owner_id is not null;
create index subject_request_owner on subject_request (tenant_id, owner_id) where owner_id is not null;

-- Whoever opens one looks after it until somebody else does; also where the release before this one opens it.
create function own_what_is_opened() returns trigger language plpgsql as $$
begin
  new.owner_id := coalesce(new.owner_id, new.opened_by);
  return new;
end $$;
create trigger own_what_is_opened before insert on matter for each row execute function own_what_is_opened();
create trigger own_what_is_opened before insert on subject_request for each row execute function own_what_is_opened();
