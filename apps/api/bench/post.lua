-- For wrk: the issue request, a POST without a body.
wrk.method = "POST"
