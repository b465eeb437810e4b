package org.vitalroutes.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A user with all data, as rows of JSON.
 *
 * <p>Rows are immutable and replaced as a whole, so readers need no copy.
 */
public final class SimulatedUser {
  private static final long IDS_PER_USER = 10_000_000_000L;

  private final long userid;
  private final ZoneId timezone;
  private final String firstName;
  private final Map<DataKind, List<ObjectNode>> rows = new EnumMap<>(DataKind.class);
  private JsonNode goals = Json.array();
  private long lastId;

  public SimulatedUser(long userid, ZoneId timezone, String firstName) {
    this.userid = userid;
    this.timezone = timezone;
    this.firstName = firstName;
  }

  public long userid() {
    return userid;
  }

  public ZoneId timezone() {
    return timezone;
  }

  public String firstName() {
    return firstName;
  }

  /** The first id of this user's own range, from which demo data counts. */
  long firstId() {
    return (userid % 100_000 + 1) * IDS_PER_USER;
  }

  /** A new id: greater than 2^31 and greater than the last one. */
  synchronized long nextId(Clock clock) {
    lastId = Math.max(lastId + 1, firstId() + IDS_PER_USER / 2 + clock.instant().getEpochSecond());
    return lastId;
  }

  /** A device id in Withings' format; the same for the same user and model. */
  String deviceId(String model) {
    return Signatures.hmac(Long.toString(userid), model).substring(0, 40);
  }

  /** All rows of a kind, in the order of insertion. */
  public synchronized List<ObjectNode> rows(DataKind kind) {
    return List.copyOf(list(kind));
  }

  public synchronized void add(DataKind kind, ObjectNode row) {
    list(kind).add(row.deepCopy());
  }

  public synchronized void addAll(DataKind kind, List<ObjectNode> added) {
    added.forEach(row -> list(kind).add(row.deepCopy()));
  }

  /** Adds a row and removes rows with the same identity. */
  public synchronized void put(DataKind kind, ObjectNode row) {
    putAll(kind, List.of(row));
  }

  /** Adds rows and removes rows with the same identity. */
  synchronized void putAll(DataKind kind, List<ObjectNode> newer) {
    Set<String> keys = new HashSet<>();
    newer.forEach(row -> keys.add(kind.key(row)));
    list(kind).removeIf(old -> keys.contains(kind.key(old)));
    addAll(kind, newer);
  }

  public synchronized int removeIf(DataKind kind, Predicate<ObjectNode> unwanted) {
    int before = list(kind).size();
    list(kind).removeIf(unwanted);
    return before - list(kind).size();
  }

  /** Replaces each matching row by a changed copy; returns the new rows. */
  synchronized List<ObjectNode> replace(
      DataKind kind, Predicate<ObjectNode> wanted, UnaryOperator<ObjectNode> change) {
    List<ObjectNode> changed = new ArrayList<>();
    list(kind)
        .replaceAll(
            row -> {
              if (!wanted.test(row)) {
                return row;
              }
              ObjectNode replacement = change.apply(row.deepCopy());
              changed.add(replacement);
              return replacement;
            });
    return changed;
  }

  public synchronized JsonNode goals() {
    return goals;
  }

  public synchronized void goals(JsonNode newGoals) {
    this.goals = newGoals;
  }

  /** The latest group of this user that has a measure of this type. */
  synchronized Optional<ObjectNode> latestWith(int type) {
    ObjectNode latest = null;
    for (ObjectNode group : list(DataKind.MEASURES)) {
      if (group.path("category").asInt() == 1
          && group.path("attrib").asInt() != 1
          && MeasureGroups.types(group).contains(type)
          && (latest == null || group.path("date").asLong() > latest.path("date").asLong())) {
        latest = group;
      }
    }
    return Optional.ofNullable(latest);
  }

  private List<ObjectNode> list(DataKind kind) {
    return rows.computeIfAbsent(kind, unused -> new ArrayList<>());
  }
}
