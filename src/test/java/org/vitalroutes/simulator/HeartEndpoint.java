package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;

/** {@code /v2/heart}: electrocardiograms and the blood pressures taken with them. */
final class HeartEndpoint implements Endpoint {
  private final Access access;
  private final SimulatorSettings settings;

  HeartEndpoint(Access access, SimulatorSettings settings) {
    this.access = access;
    this.settings = settings;
  }

  @Override
  public ObjectNode answer(Call call) {
    return switch (call.action()) {
      case "list" -> recordings(call, access.user(call, Scopes.METRICS), DataKind.HEART, settings);
      case "get" -> signal(call, access.user(call, Scopes.METRICS));
      default -> throw RefusedException.wrongAction();
    };
  }

  /** Recordings with a timestamp, newest first. */
  static ObjectNode recordings(
      Call call, SimulatedUser user, DataKind kind, SimulatorSettings settings) {
    List<ObjectNode> found =
        user.rows(kind).stream()
            .filter(Range.ofSeconds(call, "timestamp"))
            .sorted(
                Comparator.comparingLong((ObjectNode row) -> row.path("timestamp").asLong())
                    .reversed())
            .toList();
    Page page = Page.of(found, call, settings.measurePageSize());
    ObjectNode body = Json.object();
    body.putArray("series").addAll(page.rows());
    return body.put("more", page.more()).put("offset", page.offset());
  }

  private static ObjectNode signal(Call call, SimulatedUser user) {
    long id = call.requiredNumber("signalid");
    ObjectNode signal =
        user.rows(DataKind.HEART_SIGNALS).stream()
            .filter(row -> row.path("signalid").asLong() == id)
            .findFirst()
            .orElseThrow(() -> RefusedException.invalid("signalid"))
            .deepCopy();
    signal.remove("signalid");
    return signal;
  }
}
