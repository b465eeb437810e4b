package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory Withings that follows the known behaviour of the real one.
 *
 * <p>The HTTP API under {@code /simulator/} offers the same operations.
 */
public final class WithingsSimulator implements AutoCloseable {
  private static final ZoneId PARIS = ZoneId.of("Europe/Paris");

  private final SimulatorSettings settings;
  private final Clock clock;
  private final Users users = new Users();
  private final Subscriptions subscriptions = new Subscriptions();
  private final Faults faults = new Faults();
  private final CallLog calls;
  private final Grants grants;
  private final Nonces nonces;
  private final ConsentPage consentPage;
  private final CallbackRules callbackRules;
  private final Notifier notifier;
  private final DataEntry dataEntry;
  private @Nullable ApiServer server;

  public WithingsSimulator(SimulatorSettings settings) {
    this(settings, Clock.systemUTC());
  }

  public WithingsSimulator(
      String clientId, String clientSecret, List<String> redirectUris, int requestsPerMinute) {
    this(
        new SimulatorSettings(clientId, clientSecret, redirectUris)
            .requestsPerMinute(requestsPerMinute));
  }

  public WithingsSimulator(SimulatorSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    // Contains the start time, so that a new simulator does not accept the tokens of an earlier
    // one.
    Secrets secrets = new Secrets(settings.clientId() + clock.instant());
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    this.calls = new CallLog(clock);
    this.grants = new Grants(settings, secrets, clock);
    this.nonces = new Nonces(settings, secrets, clock);
    this.consentPage = new ConsentPage(settings, grants, users);
    this.callbackRules = new CallbackRules(settings, http);
    this.notifier = new Notifier(settings, subscriptions, http, clock);
    this.dataEntry = new DataEntry(users, notifier, clock);
  }

  /** Listens on a free port of the loopback interface. */
  public WithingsSimulator start() {
    return start(0);
  }

  /** Listens on this port of the loopback interface. */
  public WithingsSimulator start(int port) {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  public synchronized WithingsSimulator start(InetSocketAddress address) {
    if (server != null) {
      throw new IllegalStateException("the simulator runs already");
    }
    Access access = new Access(grants, users);
    Endpoint insufficient =
        call -> {
          access.permission(call);
          throw RefusedException.insufficientScope();
        };
    Map<String, Endpoint> endpoints =
        Map.of(
            "/v2/oauth2",
            new OAuthEndpoint(settings, grants, nonces, users, subscriptions, clock),
            "/v2/signature",
            new SignatureEndpoint(settings, nonces),
            "/notify",
            new NotifyEndpoint(access, subscriptions, callbackRules),
            // Observed: this spelling is refused.
            "/v2/notify",
            insufficient,
            "/measure",
            new MeasureEndpoint(access, settings, clock),
            "/v2/measure",
            new ActivityEndpoint(access, settings, clock),
            "/v2/sleep",
            new SleepEndpoint(access, settings),
            "/v2/heart",
            new HeartEndpoint(access, settings),
            "/v2/stetho",
            new StethoEndpoint(access, settings),
            "/v2/user",
            new UserEndpoint(access));
    try {
      server =
          new ApiServer(
              address,
              endpoints,
              consentPage,
              new ControlEndpoint(this),
              grants,
              new RateLimit(settings, clock),
              faults,
              calls);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public synchronized int port() {
    if (server == null) {
      throw new IllegalStateException("the simulator does not run");
    }
    return server.port();
  }

  /** The value for {@code WITHINGS_API_URL}. */
  public String baseUrl() {
    return "http://localhost:" + port();
  }

  /** The value for {@code WITHINGS_AUTHORIZE_URL}. */
  public String authorizeUrl() {
    return baseUrl() + ConsentPage.PATH;
  }

  public SimulatorSettings settings() {
    return settings;
  }

  public Clock clock() {
    return clock;
  }

  public Faults faults() {
    return faults;
  }

  public CallLog calls() {
    return calls;
  }

  public Notifier notifier() {
    return notifier;
  }

  /** The faults of notification delivery. */
  public DeliverySwitches deliveries() {
    return notifier.switches();
  }

  /** A new user in Paris with the next free id. */
  public SimulatedUser addUser() {
    return addUser(users.freeId());
  }

  /** A new user in Paris. */
  public SimulatedUser addUser(long userid) {
    return addUser(userid, PARIS, "Camille");
  }

  public SimulatedUser addUser(long userid, ZoneId timezone, String firstName) {
    SimulatedUser user = new SimulatedUser(userid, timezone, firstName);
    users.add(user);
    return user;
  }

  long freeUserid() {
    return users.freeId();
  }

  public SimulatedUser user(long userid) {
    return users.get(userid);
  }

  public List<SimulatedUser> users() {
    return users.all();
  }

  /** The next consent is given by this user, with all scopes. */
  public void consentNextAs(long userid) {
    users.get(userid);
    prepareConsent(Optional.of(userid), false, Optional.empty());
  }

  /** The next consent is refused. */
  public void refuseNextConsent() {
    prepareConsent(Optional.empty(), true, Optional.empty());
  }

  /** The next consent grants only these of the requested scopes. */
  public void grantOnlyNext(String... scopes) {
    prepareConsent(Optional.empty(), false, Optional.of(Set.of(scopes)));
  }

  void prepareConsent(Optional<Long> userid, boolean refused, Optional<Set<String>> scopes) {
    consentPage.prepare(new ConsentPage.Consent(userid, refused, scopes));
  }

  /** Adds a plausible weight and notifies the subscribers. */
  public Recorded weighIn(long userid) {
    return dataEntry.weighIn(userid, Optional.empty(), Optional.empty());
  }

  public Recorded weighIn(long userid, BigDecimal kilograms) {
    return dataEntry.weighIn(userid, Optional.of(kilograms), Optional.empty());
  }

  public Recorded weighIn(long userid, BigDecimal kilograms, BigDecimal fatPercent) {
    return dataEntry.weighIn(userid, Optional.of(kilograms), Optional.of(fatPercent));
  }

  public Recorded bloodPressure(long userid, int systolic, int diastolic, int pulse) {
    return dataEntry.bloodPressure(userid, systolic, diastolic, pulse);
  }

  DataEntry dataEntry() {
    return dataEntry;
  }

  /** Adds a measure group; missing fields are filled in as for a manual entry made now. */
  public Recorded addGroup(long userid, ObjectNode group, boolean tell) {
    return dataEntry.addGroup(userid, group, tell);
  }

  /** Changes fields of a measure group and its {@code modified}. */
  public Recorded editGroup(long userid, long grpid, ObjectNode changes, boolean tell) {
    return dataEntry.editGroup(userid, grpid, changes, tell);
  }

  /** Deletes a measure group; returns the number of notified subscribers. */
  public int deleteGroup(long userid, long grpid, boolean tell) {
    return dataEntry.deleteGroup(userid, grpid, tell);
  }

  /** Adds the rows of an API answer unchanged, without notifying; returns their number. */
  public int load(long userid, DataKind kind, JsonNode payload) {
    List<ObjectNode> rows = kind.rows(payload);
    users.get(userid).addAll(kind, rows);
    return rows.size();
  }

  /** Adds a row. */
  public int addRow(long userid, DataKind kind, ObjectNode row, boolean tell) {
    return dataEntry.addRow(userid, kind, row, false, tell);
  }

  /** Adds a row or replaces the same day, night, workout or recording. */
  public int putRow(long userid, DataKind kind, ObjectNode row, boolean tell) {
    return dataEntry.addRow(userid, kind, row, true, tell);
  }

  /** Notifies subscribers with exactly these fields; returns their number. */
  public int tell(long userid, int appli, Map<String, String> fields) {
    return notifier.publish(userid, appli, fields);
  }

  /** Notifies subscribers with the usual fields of the category. */
  public int tell(long userid, int appli) {
    Map<String, String> fields =
        Appli.of(appli)
            .map(known -> dataEntry.usualFields(users.get(userid), known))
            .orElse(Map.of());
    return tell(userid, appli, fields);
  }

  /** The user disconnects the application at Withings. */
  public int unlink(long userid) {
    return disconnect(userid, "unlink");
  }

  /** The user deletes the account. */
  public int deleteAccount(long userid) {
    int told = disconnect(userid, "delete");
    users.remove(userid);
    return told;
  }

  private int disconnect(long userid, String action) {
    users.get(userid);
    grants.revoke(userid);
    int told = tell(userid, Appli.USER.code(), Map.of("action", action));
    subscriptions.removeUser(userid);
    return told;
  }

  /** Whether the application has a valid refresh token of this user. */
  public boolean connected(long userid) {
    return grants.connected(userid);
  }

  /** Ends the grant without a notification. */
  public void dropGrant(long userid) {
    grants.revoke(userid);
  }

  /** The scopes the user has granted. */
  public Set<String> grantedScopes(long userid) {
    return grants.scopes(userid);
  }

  public void expireAccessTokens(long userid) {
    grants.expireAccessTokens(userid);
  }

  public void expireRefreshTokens(long userid) {
    grants.expireRefreshTokens(userid);
  }

  public List<Subscription> subscriptions() {
    return subscriptions.matching(subscription -> true);
  }

  /** Loses subscriptions, as Withings sometimes does; returns their number. */
  public int loseSubscriptions(Predicate<Subscription> lost) {
    return subscriptions.removeIf(lost);
  }

  @Override
  public synchronized void close() {
    notifier.close();
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
