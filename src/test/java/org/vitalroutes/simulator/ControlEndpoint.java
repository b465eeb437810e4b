package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** {@code /simulator/…}: the control API, in JSON. */
final class ControlEndpoint {
  static final String PREFIX = "/simulator";

  private final WithingsSimulator simulator;
  private final List<Route> routes = new ArrayList<>();

  ControlEndpoint(WithingsSimulator simulator) {
    this.simulator = simulator;
    on("GET", "", request -> overview());
    on("GET", "users", request -> users());
    on("POST", "users", this::addUser);
    on("GET", "users/{userid}", request -> describe(simulator.user(request.userid())));
    on("POST", "users/{userid}/weigh-in", this::weighIn);
    on("POST", "users/{userid}/blood-pressure", this::bloodPressure);
    on("POST", "users/{userid}/demo-year", this::demoYear);
    on("GET", "users/{userid}/measure-groups", this::groups);
    on("POST", "users/{userid}/measure-groups", this::addGroup);
    on("PATCH", "users/{userid}/measure-groups/{grpid}", this::editGroup);
    on("DELETE", "users/{userid}/measure-groups/{grpid}", this::deleteGroup);
    on("POST", "users/{userid}/payloads/{kind}", this::load);
    on("GET", "users/{userid}/rows/{kind}", this::rows);
    on("POST", "users/{userid}/rows/{kind}", request -> addRow(request, false));
    on("PUT", "users/{userid}/rows/{kind}", request -> addRow(request, true));
    on("DELETE", "users/{userid}/rows/{kind}", this::clearRows);
    on("PUT", "users/{userid}/goals", this::goals);
    on("POST", "users/{userid}/notify", this::tell);
    on("POST", "users/{userid}/unlink", request -> told(simulator.unlink(request.userid())));
    on("DELETE", "users/{userid}", request -> told(simulator.deleteAccount(request.userid())));
    on("POST", "users/{userid}/expire-tokens", this::expireTokens);
    on("POST", "consent", this::consent);
    on("GET", "subscriptions", request -> subscriptions());
    on("DELETE", "subscriptions", this::loseSubscriptions);
    on("GET", "notifications", this::notifications);
    on("PUT", "notifications", this::setDeliveries);
    on("POST", "notifications/release", request -> release());
    on("GET", "calls", this::calls);
    on("DELETE", "calls", request -> clearCalls());
    on("GET", "faults", request -> faults());
    on("POST", "faults", this::addFault);
    on("DELETE", "faults", request -> clearFaults());
    on("GET", "settings", request -> settings());
    on("PUT", "settings", this::setSettings);
  }

  private interface Handler {
    JsonNode handle(Request request);
  }

  private record Route(String method, List<String> template, Handler handler) {
    /** The path's variables, when path and method match. */
    Optional<Map<String, String>> match(String calledMethod, List<String> path) {
      if (!method.equals(calledMethod) || path.size() != template.size()) {
        return Optional.empty();
      }
      Map<String, String> variables = new LinkedHashMap<>();
      for (int i = 0; i < path.size(); i++) {
        String expected = template.get(i);
        if (expected.startsWith("{")) {
          variables.put(expected.substring(1, expected.length() - 1), path.get(i));
        } else if (!expected.equals(path.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(variables);
    }
  }

  private record Request(Map<String, String> variables, Map<String, String> query, JsonNode body) {
    long userid() {
      return Long.parseLong(variable("userid"));
    }

    DataKind kind() {
      return DataKind.of(variable("kind"));
    }

    String variable(String name) {
      return variables.getOrDefault(name, "");
    }

    ObjectNode object() {
      return Json.asObject(body);
    }

    /** Whether subscribers are notified; by default not when data is only added. */
    boolean tell(boolean otherwise) {
      return Boolean.parseBoolean(query.getOrDefault("notify", Boolean.toString(otherwise)));
    }
  }

  private void on(String method, String template, Handler handler) {
    routes.add(new Route(method, segments(template), handler));
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/")).stream().filter(segment -> !segment.isEmpty()).toList();
  }

  Reply answer(String method, String path, Map<String, String> query, String body) {
    List<String> segments = segments(path.substring(PREFIX.length()));
    try {
      for (Route route : routes) {
        Optional<Map<String, String>> variables = route.match(method, segments);
        if (variables.isPresent()) {
          Request request = new Request(variables.get(), query, Json.parse(body));
          return Reply.json(200, route.handler().handle(request));
        }
      }
      return error(404, "no such control; see GET " + PREFIX);
    } catch (NoSuchElementException e) {
      return error(404, e.getMessage());
    } catch (IllegalArgumentException | ArithmeticException | DateTimeException e) {
      return error(400, e.getMessage());
    }
  }

  private static Reply error(int status, @Nullable String text) {
    return Reply.json(status, Json.object().put("error", text));
  }

  private JsonNode overview() {
    ObjectNode overview = Json.object();
    ArrayNode controls = overview.putArray("controls");
    for (Route route : routes) {
      controls.add(route.method() + " " + PREFIX + "/" + String.join("/", route.template()));
    }
    overview.set("users", users().path("users"));
    return overview;
  }

  private JsonNode users() {
    ObjectNode answer = Json.object();
    ArrayNode users = answer.putArray("users");
    simulator.users().forEach(user -> users.add(describe(user)));
    return answer;
  }

  private ObjectNode describe(SimulatedUser user) {
    ObjectNode description =
        Json.object()
            .put("userid", user.userid())
            .put("timezone", user.timezone().getId())
            .put("first_name", user.firstName())
            .put("connected", simulator.connected(user.userid()));
    description.set("scopes", Json.of(simulator.grantedScopes(user.userid())));
    ObjectNode rows = description.putObject("rows");
    for (DataKind kind : DataKind.values()) {
      rows.put(kind.label(), user.rows(kind).size());
    }
    return description;
  }

  private JsonNode addUser(Request request) {
    ObjectNode given = request.object();
    SimulatedUser user =
        simulator.addUser(
            given.path("userid").asLong(simulator.freeUserid()),
            ZoneId.of(given.path("timezone").asText("Europe/Paris")),
            given.path("first_name").asText("Camille"));
    if (given.path("demo_year").asBoolean()) {
      DemoData.year(user, simulator.clock());
    }
    return describe(user);
  }

  private JsonNode demoYear(Request request) {
    SimulatedUser user = simulator.user(request.userid());
    DemoData.year(user, simulator.clock(), request.body().path("seed").asLong(DemoData.seed(user)));
    return describe(user);
  }

  private JsonNode weighIn(Request request) {
    return recorded(
        simulator
            .dataEntry()
            .weighIn(
                request.userid(),
                optional(request, "weight_kg"),
                optional(request, "fat_percent")));
  }

  private static Optional<BigDecimal> optional(Request request, String field) {
    return request.body().hasNonNull(field)
        ? Optional.of(Json.decimal(request.body(), field))
        : Optional.empty();
  }

  private JsonNode bloodPressure(Request request) {
    JsonNode given = request.body();
    return recorded(
        simulator.bloodPressure(
            request.userid(),
            given.path("systolic").asInt(124),
            given.path("diastolic").asInt(79),
            given.path("pulse").asInt(66)));
  }

  private static ObjectNode recorded(Recorded recorded) {
    ObjectNode answer = told(recorded.told());
    answer.set("recorded", recorded.group());
    return answer;
  }

  private static ObjectNode told(int subscribers) {
    return Json.object().put("notified", subscribers);
  }

  private JsonNode groups(Request request) {
    return list(simulator.user(request.userid()).rows(DataKind.MEASURES));
  }

  private JsonNode addGroup(Request request) {
    return recorded(simulator.addGroup(request.userid(), request.object(), request.tell(true)));
  }

  private JsonNode editGroup(Request request) {
    long grpid = Long.parseLong(request.variable("grpid"));
    return recorded(
        simulator.editGroup(request.userid(), grpid, request.object(), request.tell(true)));
  }

  private JsonNode deleteGroup(Request request) {
    long grpid = Long.parseLong(request.variable("grpid"));
    return told(simulator.deleteGroup(request.userid(), grpid, request.tell(true)));
  }

  private JsonNode load(Request request) {
    int rows = simulator.load(request.userid(), request.kind(), request.body());
    return Json.object().put("loaded", rows);
  }

  private JsonNode rows(Request request) {
    return list(simulator.user(request.userid()).rows(request.kind()));
  }

  private static JsonNode list(List<ObjectNode> rows) {
    ObjectNode answer = Json.object();
    answer.putArray("rows").addAll(rows);
    return answer;
  }

  private JsonNode addRow(Request request, boolean inPlace) {
    boolean tell = request.tell(true);
    return told(
        inPlace
            ? simulator.putRow(request.userid(), request.kind(), request.object(), tell)
            : simulator.addRow(request.userid(), request.kind(), request.object(), tell));
  }

  private JsonNode clearRows(Request request) {
    int removed = simulator.user(request.userid()).removeIf(request.kind(), row -> true);
    return Json.object().put("removed", removed);
  }

  private JsonNode goals(Request request) {
    simulator.user(request.userid()).goals(request.body());
    return Json.object();
  }

  private JsonNode tell(Request request) {
    ObjectNode given = request.object();
    if (!given.path("appli").isInt()) {
      throw new IllegalArgumentException("appli must be a number");
    }
    int appli = given.path("appli").asInt();
    Map<String, String> fields = new LinkedHashMap<>();
    given.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue().asText()));
    fields.remove("appli");
    return told(
        fields.isEmpty()
            ? simulator.tell(request.userid(), appli)
            : simulator.tell(simulator.user(request.userid()).userid(), appli, fields));
  }

  private JsonNode expireTokens(Request request) {
    long userid = simulator.user(request.userid()).userid();
    simulator.expireAccessTokens(userid);
    if (request.body().path("refresh").asBoolean()) {
      simulator.expireRefreshTokens(userid);
    }
    return Json.object().put("connected", simulator.connected(userid));
  }

  private JsonNode consent(Request request) {
    JsonNode given = request.body();
    Optional<Long> userid = Optional.empty();
    if (given.hasNonNull("userid")) {
      userid = Optional.of(simulator.user(given.path("userid").asLong()).userid());
    }
    Optional<Set<String>> scopes = Optional.empty();
    if (given.path("scopes").isArray()) {
      Set<String> named = new LinkedHashSet<>();
      given.path("scopes").forEach(scope -> named.add(scope.asText()));
      scopes = Optional.of(named);
    }
    simulator.prepareConsent(userid, given.path("refuse").asBoolean(), scopes);
    return Json.object();
  }

  private JsonNode subscriptions() {
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("subscriptions");
    for (Subscription subscription : simulator.subscriptions()) {
      list.addObject()
          .put("userid", subscription.userid())
          .put("appli", subscription.appli())
          .put("callbackurl", subscription.callbackUrl())
          .put("comment", subscription.comment())
          .put("delivers", subscription.delivers());
    }
    return answer;
  }

  private JsonNode loseSubscriptions(Request request) {
    Predicate<Subscription> lost = subscription -> true;
    String userid = request.query().get("userid");
    String appli = request.query().get("appli");
    if (userid != null) {
      long wanted = Long.parseLong(userid);
      lost = lost.and(subscription -> subscription.userid() == wanted);
    }
    if (appli != null) {
      int wanted = Integer.parseInt(appli);
      lost = lost.and(subscription -> subscription.appli() == wanted);
    }
    return Json.object().put("removed", simulator.loseSubscriptions(lost));
  }

  private JsonNode notifications(Request request) {
    ObjectNode answer = Json.object();
    Notifier.Totals totals = simulator.notifier().totals();
    answer
        .putObject("totals")
        .put("delivered", totals.delivered())
        .put("failed", totals.failed())
        .put("dropped", totals.dropped())
        .put("tries", totals.tries())
        .put("pending", totals.pending());
    answer.set("switches", switches());
    List<Notifier.Outcome> outcomes = simulator.notifier().outcomes();
    ArrayNode last = answer.putArray("last");
    for (Notifier.Outcome outcome : lastOf(outcomes, request)) {
      ObjectNode row =
          last.addObject()
              .put("at", outcome.at().toString())
              .put("userid", outcome.userid())
              .put("appli", outcome.appli())
              .put("result", outcome.result())
              .put("last_status", outcome.lastStatus());
      row.set("fields", Json.of(outcome.fields()));
    }
    return answer;
  }

  private static <T> List<T> lastOf(List<T> all, Request request) {
    int wanted = Integer.parseInt(request.query().getOrDefault("last", "20"));
    return all.subList(Math.max(0, all.size() - wanted), all.size());
  }

  private ObjectNode switches() {
    DeliverySwitches switches = simulator.deliveries();
    return Json.object()
        .put("silent", switches.silent())
        .put("drop_next", switches.dropNext())
        .put("drop_percent", switches.dropPercent())
        .put("extra_copies", switches.extraCopies())
        .put("delay_ms", switches.delay().toMillis())
        .put("reorder", switches.reorder())
        .put("repeat_query", switches.repeatQuery());
  }

  private JsonNode setDeliveries(Request request) {
    DeliverySwitches switches = simulator.deliveries();
    for (Map.Entry<String, JsonNode> entry : request.object().properties()) {
      JsonNode value = entry.getValue();
      switch (entry.getKey()) {
        case "silent" -> switches.silent(value.asBoolean());
        case "drop_next" -> switches.dropNext(value.asInt());
        case "drop_percent" -> switches.dropPercent(value.asDouble());
        case "extra_copies" -> switches.extraCopies(value.asInt());
        case "delay_ms" -> switches.delay(Duration.ofMillis(value.asLong()));
        case "reorder" -> switches.reorder(value.asInt());
        case "repeat_query" -> switches.repeatQuery(value.asBoolean());
        default -> throw new IllegalArgumentException("unknown switch: " + entry.getKey());
      }
    }
    return switches();
  }

  private JsonNode release() {
    simulator.notifier().releaseHeld();
    return Json.object();
  }

  private JsonNode calls(Request request) {
    CallLog log = simulator.calls();
    ObjectNode answer = Json.object();
    answer.set("counts", Json.of(log.counts()));
    answer.set("statuses", Json.of(log.statuses()));
    answer.put("maximum_per_minute", log.maximumPerMinute());
    ArrayNode last = answer.putArray("last");
    int wanted = Integer.parseInt(request.query().getOrDefault("last", "20"));
    for (CallLog.Entry entry : log.last(wanted)) {
      ObjectNode row =
          last.addObject()
              .put("at", entry.at().toString())
              .put("path", entry.path())
              .put("action", entry.action())
              .put("status", entry.status());
      entry.userid().ifPresent(userid -> row.put("userid", userid));
      entry.fault().ifPresent(fault -> row.put("fault", fault));
      row.set("parameters", Json.of(entry.parameters()));
    }
    return answer;
  }

  private JsonNode clearCalls() {
    simulator.calls().clear();
    return Json.object();
  }

  private JsonNode faults() {
    ObjectNode answer = Json.object();
    ArrayNode waiting = answer.putArray("waiting");
    simulator.faults().waiting().forEach(fault -> waiting.add(described(fault)));
    ArrayNode frequent = answer.putArray("frequent");
    simulator.faults().frequent().forEach(fault -> frequent.add(described(fault)));
    return answer;
  }

  private static ObjectNode described(Fault fault) {
    return Json.object()
        .put("kind", fault.kind().label())
        .put("times", fault.times())
        .put("path", fault.path())
        .put("action", fault.action())
        .put("userid", fault.userid())
        .put("number", fault.number())
        .put("afterwards", fault.afterwards());
  }

  private JsonNode addFault(Request request) {
    ObjectNode given = request.object();
    Fault.Kind kind = Fault.Kind.of(given.path("kind").asText());
    int times = given.path("times").asInt(1);
    if (times < 1) {
      throw new IllegalArgumentException("times must be at least 1");
    }
    long number =
        switch (kind) {
          case BODY_STATUS -> given.path("status").asLong(601);
          case HTTP_STATUS -> given.path("status").asLong(503);
          case DELAY -> given.path("millis").asLong(1_000);
          case HUGE -> given.path("bytes").asLong(50_000_000);
          default -> 0;
        };
    String text =
        switch (kind) {
          case BODY_STATUS -> given.path("error").asText("");
          case HTTP_STATUS -> given.path("retry_after").asText("");
          case RAW -> given.path("text").asText("");
          default -> null;
        };
    Fault fault =
        new Fault(
            kind,
            times,
            given.hasNonNull("path") ? given.path("path").asText() : null,
            given.hasNonNull("action") ? given.path("action").asText() : null,
            given.hasNonNull("userid") ? (Long) given.path("userid").asLong() : null,
            number,
            text,
            given.path("afterwards").asBoolean());
    if (given.has("rate")) {
      simulator.faults().add(fault, given.path("rate").asDouble());
    } else {
      simulator.faults().add(fault);
    }
    return faults();
  }

  private JsonNode clearFaults() {
    simulator.faults().clear();
    return faults();
  }

  private ObjectNode settings() {
    SimulatorSettings settings = simulator.settings();
    return Json.object()
        .put("requests_per_minute", settings.requestsPerMinute())
        .put("access_token_seconds", settings.accessTokenLife().toSeconds())
        .put("refresh_token_seconds", settings.refreshTokenLife().toSeconds())
        .put("measure_page_size", settings.measurePageSize())
        .put("activity_page_size", settings.activityPageSize())
        .put("summary_page_size", settings.summaryPageSize())
        .put("loopback_callbacks", settings.loopbackCallbacks())
        .put("refuse_repeated_token_calls", settings.refuseRepeatedTokenCalls())
        .put("retry_time_factor", settings.retryTimeFactor())
        .put("callback_timeout_ms", settings.callbackTimeout().toMillis());
  }

  private JsonNode setSettings(Request request) {
    SimulatorSettings settings = simulator.settings();
    for (Map.Entry<String, JsonNode> entry : request.object().properties()) {
      JsonNode value = entry.getValue();
      var unused =
          switch (entry.getKey()) {
            case "requests_per_minute" -> settings.requestsPerMinute(value.asInt());
            case "access_token_seconds" ->
                settings.accessTokenLife(Duration.ofSeconds(value.asLong()));
            case "refresh_token_seconds" ->
                settings.refreshTokenLife(Duration.ofSeconds(value.asLong()));
            case "measure_page_size" -> settings.measurePageSize(value.asInt());
            case "activity_page_size" -> settings.activityPageSize(value.asInt());
            case "summary_page_size" -> settings.summaryPageSize(value.asInt());
            case "loopback_callbacks" -> settings.loopbackCallbacks(value.asBoolean());
            case "refuse_repeated_token_calls" ->
                settings.refuseRepeatedTokenCalls(value.asBoolean());
            case "retry_time_factor" -> settings.retryTimeFactor(value.asDouble());
            case "callback_timeout_ms" ->
                settings.callbackTimeout(Duration.ofMillis(value.asLong()));
            default -> throw new IllegalArgumentException("unknown setting: " + entry.getKey());
          };
    }
    return settings();
  }
}
