-- Sessions that are over, links that were used and answers kept for repeated requests go after their time
-- (recorder-core/records/clear-sign-ins.ts): found by when they were over, and deleted by the application.
create index session_over on session (tenant_id, coalesce(ended_at, expires_at));
create index sign_in_link_over on sign_in_link (tenant_id, coalesce(used_at, expires_at));
create index idempotent_answer_old on idempotent_answer (tenant_id, created_at);
grant delete on session, session_former_secret, sign_in_link to holdfast_app;
