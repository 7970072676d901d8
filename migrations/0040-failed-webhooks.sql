-- Messages that failed are counted whenever somebody looks at the endpoints, among all that were sent in thirty days.
create index webhook_message_failed on webhook_message (tenant_id, endpoint_id) where state = 'failed';
