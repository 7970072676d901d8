-- The oldest open sign-ins make way where there are too many.
create index sign_in_attempt_newest on sign_in_attempt (tenant_id, asked_at desc);
