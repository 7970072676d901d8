-- How far in its queue a lease reaches, in the order in which deliveries are claimed. A claim that goes on where claims of its own
-- are begins behind them all, and does not pass over thousands of rows that are leased.
alter table delivery_lease
  add column last_due_at timestamptz not null default '-infinity',
  add column last_id uuid not null default '00000000-0000-0000-0000-000000000000';
alter table delivery_lease alter column last_due_at drop default, alter column last_id drop default;
