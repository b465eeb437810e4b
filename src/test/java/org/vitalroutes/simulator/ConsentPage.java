package org.vitalroutes.simulator;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** {@code /oauth2_user/authorize2}: the consent page; the simulated user decides at once. */
final class ConsentPage {
  static final String PATH = "/oauth2_user/authorize2";

  private final Queue<Consent> next = new ConcurrentLinkedQueue<>();
  private final SimulatorSettings settings;
  private final Grants grants;
  private final Users users;

  ConsentPage(SimulatorSettings settings, Grants grants, Users users) {
    this.settings = settings;
    this.grants = grants;
    this.users = users;
  }

  /**
   * The decision of the next user.
   *
   * @param userid of the user; by default the request's {@code demo_user}, else the first user
   * @param refused whether the user refuses
   * @param scopes to grant of the requested ones; all by default
   */
  record Consent(Optional<Long> userid, boolean refused, Optional<Set<String>> scopes) {
    static final Consent TO_ALL = new Consent(Optional.empty(), false, Optional.empty());
  }

  void prepare(Consent consent) {
    next.add(consent);
  }

  Reply answer(Call call) {
    Map<String, String> query = call.query();
    String redirectUri = query.getOrDefault("redirect_uri", "");
    String state = query.getOrDefault("state", "");
    Optional<Set<String>> asked = Scopes.parse(query.getOrDefault("scope", ""));
    if (!query.getOrDefault("response_type", "").equals("code")) {
      return wrong("response_type");
    }
    if (!query.getOrDefault("client_id", "").equals(settings.clientId())) {
      return wrong("client_id");
    }
    if (!settings.redirectUris().contains(redirectUri)) {
      return wrong("redirect_uri");
    }
    if (asked.isEmpty()) {
      return wrong("scope");
    }
    if (state.isEmpty()) {
      return wrong("state");
    }
    Consent consent = Optional.ofNullable(next.poll()).orElse(Consent.TO_ALL);
    Optional<SimulatedUser> user = person(consent, call);
    if (user.isEmpty()) {
      return wrong("demo_user");
    }
    Set<String> granted = new LinkedHashSet<>(asked.get());
    consent.scopes().ifPresent(granted::retainAll);
    if (consent.refused() || granted.isEmpty()) {
      return Reply.redirect(with(redirectUri, "error=access_denied&state=" + encode(state)));
    }
    String code = grants.issueCode(user.get().userid(), granted, redirectUri);
    return Reply.redirect(with(redirectUri, "code=" + code + "&state=" + encode(state)));
  }

  private Optional<SimulatedUser> person(Consent consent, Call call) {
    if (consent.userid().isPresent()) {
      return users.find(consent.userid().get());
    }
    return call.has("demo_user") ? demoUser(call) : users.first();
  }

  private Optional<SimulatedUser> demoUser(Call call) {
    try {
      return users.find(call.requiredNumber("demo_user"));
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }

  private static String with(String uri, String parameters) {
    return uri + (uri.contains("?") ? "&" : "?") + parameters;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Reply wrong(String parameter) {
    return Reply.html(400, "Error: invalid " + parameter);
  }
}
