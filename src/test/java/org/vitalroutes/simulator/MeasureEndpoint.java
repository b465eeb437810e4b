package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/** {@code /measure}: measures of scales, blood pressure monitors and thermometers. */
final class MeasureEndpoint implements Endpoint {
  private static final Comparator<ObjectNode> NEWEST_FIRST =
      Comparator.comparingLong((ObjectNode group) -> group.path("date").asLong())
          .thenComparingLong(group -> group.path("grpid").asLong())
          .reversed();

  private final Access access;
  private final SimulatorSettings settings;
  private final Clock clock;

  MeasureEndpoint(Access access, SimulatorSettings settings, Clock clock) {
    this.access = access;
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public ObjectNode answer(Call call) {
    if (!call.action().equals("getmeas")) {
      throw RefusedException.wrongAction();
    }
    SimulatedUser user = access.user(call, Scopes.METRICS);
    Set<Integer> types = types(call);
    Predicate<ObjectNode> wanted = Range.ofSeconds(call, "date").and(category(call));
    List<ObjectNode> found = new ArrayList<>();
    for (ObjectNode group : user.rows(DataKind.MEASURES)) {
      if (wanted.test(group)) {
        ObjectNode reduced = types.isEmpty() ? group : only(types, group);
        if (types.isEmpty() || !reduced.path("measures").isEmpty()) {
          found.add(reduced);
        }
      }
    }
    found.sort(NEWEST_FIRST);
    Page page = Page.of(found, call, settings.measurePageSize());
    ObjectNode body =
        Json.object()
            .put("updatetime", clock.instant().getEpochSecond())
            .put("timezone", user.timezone().getId());
    body.putArray("measuregrps").addAll(page.rows());
    if (!page.only()) {
      body.put("more", page.more() ? 1 : 0).put("offset", page.offset());
    }
    return body;
  }

  private static Predicate<ObjectNode> category(Call call) {
    OptionalLong category = call.number("category");
    if (category.isEmpty()) {
      return group -> true;
    }
    if (category.getAsLong() != 1 && category.getAsLong() != 2) {
      throw RefusedException.invalid("category");
    }
    return group -> group.path("category").asLong() == category.getAsLong();
  }

  private static Set<Integer> types(Call call) {
    Set<Integer> types = new HashSet<>();
    for (String parameter : List.of("meastype", "meastypes")) {
      for (String type : call.list(parameter)) {
        try {
          types.add(Integer.valueOf(type));
        } catch (NumberFormatException e) {
          throw RefusedException.invalid(parameter);
        }
      }
    }
    return types;
  }

  private static ObjectNode only(Set<Integer> types, ObjectNode group) {
    ObjectNode reduced = group.deepCopy();
    ArrayNode measures = reduced.putArray("measures");
    for (JsonNode measure : group.path("measures")) {
      if (types.contains(measure.path("type").asInt())) {
        measures.add(measure);
      }
    }
    return reduced;
  }
}
