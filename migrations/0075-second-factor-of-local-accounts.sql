-- Whether a password kept here lets its person in alone. False for tenants as they stand.
alter table local_sign_in add column second_factor boolean not null default false;
