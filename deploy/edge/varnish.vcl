# Varnish in front of Prewarm: it caches shared results by their key and passes
# all else through. docs/edge.md explains it; tests/edge runs this very file.
vcl 4.1;

backend default {
  .host = "127.0.0.1";
  .port = "8080";
  # As long as a request may wait for a warm server, and its work.
  .first_byte_timeout = 180s;
  # A stream says something every 15 seconds.
  .between_bytes_timeout = 60s;
}

# Who may remove copies.
acl purgers {
  "127.0.0.1";
  "::1";
}

sub vcl_recv {
  # PURGE /api/v2/results/KEY removes one copy.
  if (req.method == "PURGE") {
    if (client.ip !~ purgers) {
      return (synth(403));
    }
    set req.url = regsub(req.url, "\?.*$", "");
    return (purge);
  }
  # BAN with X-Prewarm-Tenant removes all copies of a tenant's results: the 16
  # digits that their keys begin with.
  if (req.method == "BAN") {
    if (client.ip !~ purgers) {
      return (synth(403));
    }
    if (req.http.X-Prewarm-Tenant !~ "^[0-9a-f]{16}$") {
      return (synth(400, "X-Prewarm-Tenant: 16 digits of hex"));
    }
    ban("obj.http.X-Prewarm-Url ~ ^/api/v2/results/" +
        req.http.X-Prewarm-Tenant + "-");
    return (synth(200, "Banned"));
  }
  # Removing, metrics and warm-ups are for the origin's own network.
  if (req.url ~ "^/metrics" ||
      (req.url ~ "^/warmup" && req.method !~ "^(GET|HEAD|OPTIONS)$") ||
      (req.url ~ "^/api/v2/results" &&
       req.method !~ "^(GET|HEAD|OPTIONS)$")) {
    return (synth(403));
  }
  if (req.url !~ "^/api/v2/results/" || req.method !~ "^(GET|HEAD)$") {
    return (pass);
  }
  # The path is all of it: a query would only make copies. A key is enough; what
  # identifies a visitor stays here.
  set req.url = regsub(req.url, "\?.*$", "");
  unset req.http.Cookie;
  unset req.http.Authorization;
  unset req.http.X-Api-Key;
  unset req.http.X-Upload-Token;
  return (hash);
}

sub vcl_hash {
  # Not the host: a result has one key under all names of this edge.
  hash_data(req.url);
  return (lookup);
}

sub vcl_backend_response {
  if (bereq.url !~ "^/api/v2/results/" || bereq.uncacheable ||
      beresp.http.Cache-Control !~ "public") {
    # Nothing is kept that the origin did not call public, nor remembered to be
    # so: a result may come at any time.
    set beresp.uncacheable = true;
    set beresp.ttl = 0s;
    return (deliver);
  }
  # No visitor gets a copy that is over its age; one is kept for a while, so that
  # its ETag can be asked for.
  set beresp.grace = 0s;
  set beresp.keep = 1h;
  # For bans in the background.
  set beresp.http.X-Prewarm-Url = bereq.url;
  return (deliver);
}

sub vcl_deliver {
  if (req.url ~ "^/api/v2/results/") {
    set resp.http.X-Cache = "MISS";
    if (obj.hits > 0) {
      set resp.http.X-Cache = "HIT";
    }
  }
  unset resp.http.X-Prewarm-Url;
}
