-- What failed together goes in ever smaller parts, until the one that is to blame is alone; so does what a worker died with.
alter table delivery
  add column most    int, -- how many it is sent with, itself included; null: as many as there are
  add column faults  smallint not null default 0, -- failures that were its own
  add column crashes smallint not null default 0; -- workers in a row that died while they had it and nothing else
update delivery set most = 1 where alone;
alter table delivery drop column alone;

-- Whoever held it failed and said so, and did not die.
alter table delivery_lease add column failed boolean not null default false;
