package org.vitalroutes.fhir.translate;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.Sha256;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.withings.ActivityDay;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.Intraday;
import org.vitalroutes.withings.RowDevice;
import org.vitalroutes.withings.RowPage;

/**
 * Turns days of activity into Observations that each span a local day, and what happened within a
 * day into one more.
 */
public final class ActivityTranslator {
  private static final Comparator<ActivityDay> BETTER_LAST =
      comparing(ActivityDay::modified, nullsFirst(naturalOrder()))
          .thenComparing(day -> Objects.requireNonNullElse(day.device().hash(), ""));

  private final FieldTable table;
  private final Identifiers identifiers;
  private final ForeignData policy;
  private final Devices devices;
  private final SummaryWriter writer;
  private final FieldTable momentsTable;
  private final Period intraday;
  private final SummaryWriter momentsWriter;

  /**
   * @param intraday how far back it is fetched what happened within a day
   */
  public ActivityTranslator(
      FieldTable table,
      FieldTable momentsTable,
      Identifiers identifiers,
      ForeignData policy,
      Period intraday) {
    this.table = table;
    this.momentsTable = momentsTable;
    this.identifiers = identifiers;
    this.policy = policy;
    this.intraday = intraday;
    devices = new Devices(identifiers);
    writer = new SummaryWriter(table, identifiers, devices);
    momentsWriter = new SummaryWriter(momentsTable, identifiers, devices);
  }

  /**
   * Never fails for what Withings sent.
   *
   * @param userId Withings' id of the user, part of the keys
   * @param asOf when it was fetched: a day that was not over then is preliminary
   */
  public Translation translate(
      RowPage<ActivityDay> page, Subject subject, String userId, Instant asOf) {
    Tally tally = new Tally();
    page.unreadable().forEach(part -> tally.add(SkipReason.MALFORMED));
    SortedMap<String, Produced> found = new TreeMap<>();
    Set<String> standing = new TreeSet<>();
    for (ActivityDay day : chosen(page, tally)) {
      write(day, subject, userId, asOf, found, tally);
      if (!day.external()) {
        standing.add(intradayKey(day, userId));
      }
    }
    return Translation.of(found, tally).beside(standing);
  }

  /** The calls that get what happened within the newer days of a page. */
  public List<DetailCall> details(
      FetchRequest fetch, RowPage<ActivityDay> page, Subject subject, String userId) {
    Instant oldest = fetch.begun().atZone(ZoneOffset.UTC).minus(intraday).toInstant();
    List<DetailCall> details = new ArrayList<>();
    for (ActivityDay day : chosen(page, new Tally())) {
      if (!day.external() && !intraday.isZero() && day.next().isAfter(oldest)) {
        SortedMap<String, Produced> found = new TreeMap<>();
        write(day, subject, userId, fetch.begun(), found, new Tally());
        if (!found.isEmpty()) {
          details.add(
              new DetailCall(
                  fetch, day, intradayKey(day, userId), hash(found), Intraday.calls(day)));
        }
      }
    }
    return details;
  }

  /** What happened within a day; nothing when Withings has none. */
  public Translation translate(
      ActivityDay day,
      Intraday moments,
      String rowHash,
      Subject subject,
      String userId,
      Instant asOf) {
    Tally tally = new Tally();
    if (moments.relayed() > 0) {
      tally.add(SkipReason.FOREIGN_ORIGIN);
    }
    for (int i = 0; i < moments.unreadable(); i++) {
      tally.add(SkipReason.UNKNOWN_VALUE);
    }
    SummaryWriter.Row row = row(day, subject, asOf, moments.device());
    Definition definition = momentsTable.observations().get(0);
    String key = intradayKey(day, userId);
    Observation observation = momentsWriter.empty(key, definition, row);
    for (String field : definition.components()) {
      SeriesWriter.of(
              momentsTable.field(field),
              moments.series().getOrDefault(field, Collections.emptySortedMap()),
              row.start(),
              tally)
          .ifPresent(
              series ->
                  observation
                      .addComponent()
                      .setCode(momentsWriter.code(field, row))
                      .setValue(series));
    }
    SortedMap<String, Produced> found = new TreeMap<>();
    if (observation.hasComponent() && !moments.isEmpty()) {
      found.put(key, Produced.ofDetails(key, row.start(), observation, rowHash));
      devices
          .produced(row.device(), row.start())
          .ifPresent(device -> found.put(device.key(), device));
    }
    return Translation.of(found, tally);
  }

  private static String intradayKey(ActivityDay day, String userId) {
    return Identifiers.activityKey(userId, day.date(), "intraday");
  }

  /** Of all that a row became. */
  private static String hash(SortedMap<String, Produced> found) {
    return Sha256.hex(
        found.values().stream()
            .map(each -> ContentHash.of(each.resource()))
            .collect(Collectors.joining()));
  }

  private Collection<ActivityDay> chosen(RowPage<ActivityDay> page, Tally tally) {
    List<ActivityDay> days = new ArrayList<>(page.rows());
    days.sort(BETTER_LAST);
    SortedMap<String, ActivityDay> chosen = new TreeMap<>();
    for (ActivityDay day : days) {
      if (day.external() && policy == ForeignData.SKIP) {
        tally.add(SkipReason.FOREIGN_ORIGIN);
      } else if (chosen.put(day.date() + suffix(day), day) != null) {
        tally.add(SkipReason.DUPLICATE);
      }
    }
    return chosen.values();
  }

  private void write(
      ActivityDay day,
      Subject subject,
      String userId,
      Instant asOf,
      SortedMap<String, Produced> found,
      Tally tally) {
    SummaryWriter.Row row = row(day, subject, asOf, day.device());
    Instant start = row.start();
    boolean any = false;
    for (Definition definition : table.observations()) {
      String key = Identifiers.activityKey(userId, day.date(), definition.name() + suffix(day));
      var observation = writer.observation(key, definition, row, tally);
      if (observation.isPresent()) {
        any = true;
        if (day.external()) {
          observation.get().getMeta().addTag(Origin.external(identifiers));
        }
        found.put(key, new Produced(key, start, observation.get()));
      }
    }
    if (any) {
      devices.produced(day.device(), start).ifPresent(device -> found.put(device.key(), device));
    }
  }

  private static SummaryWriter.Row row(
      ActivityDay day, Subject subject, Instant asOf, RowDevice device) {
    return new SummaryWriter.Row(
        subject,
        !asOf.isBefore(day.next()),
        day.zone(),
        day.start(),
        day.next().minusSeconds(1),
        day.modified(),
        device,
        day.values());
  }

  /** Own days have none: they are what a reader expects under the date. */
  private static String suffix(ActivityDay day) {
    if (!day.external()) {
      return "";
    }
    Integer model = day.device().modelId();
    return model == null ? "-external" : "-external-" + model;
  }
}
