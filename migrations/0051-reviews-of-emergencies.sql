-- How the reviews of emergency rights ended, once each; the questions themselves are approvals.
create table glass_review (
  tenant_id   uuid not null references tenant,
  approval_id uuid not null,
  grant_id    uuid not null,
  outcome     text not null check (outcome in ('approved', 'refused', 'expired', 'withdrawn')),
  noted_at    timestamptz not null,
  primary key (tenant_id, approval_id),
  foreign key (tenant_id, approval_id) references approval (tenant_id, id),
  foreign key (tenant_id, grant_id) references access_grant (tenant_id, id)
);
create index glass_review_of on glass_review (tenant_id, grant_id);
select protect_by_tenant('glass_review');
grant select, insert on glass_review to holdfast_app;
