"""TWINS: Elastic's own APIs answered offline. You take a request body and give the response body, or a refusal."""
