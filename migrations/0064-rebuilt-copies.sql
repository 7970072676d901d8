-- A comparison that fills a second copy beside what is in use, until both sides agree, and puts it in its place.
alter table connection_comparison add column rebuilds boolean not null default false;
