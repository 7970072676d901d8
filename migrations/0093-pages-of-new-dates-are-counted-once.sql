-- What the last page of new dates under new rules answered, kept with the page: an attempt that died before it could say so is
-- followed by one that says the same, and the count in the ledger is of all that moved.
create table recomputed_page (
  tenant_id   uuid not null references tenant,
  approval_id uuid not null, -- of the rules
  after       uuid,          -- behind which recording the page began
  decided     int not null,
  moved       int not null,
  last        uuid,
  more        boolean not null,
  primary key (tenant_id, approval_id)
);
select protect_by_tenant('recomputed_page');
grant select, insert, update on recomputed_page to holdfast_app;
