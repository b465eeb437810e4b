package org.vitalroutes.fhir.translate;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import java.math.BigDecimal;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.Observation;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.Sha256;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.fhir.table.FieldTable.Field;
import org.vitalroutes.fhir.table.VitalProfile;
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

  private static final String HEART_RATE = "heart_rate";

  private final FieldTable table;
  private final Identifiers identifiers;
  private final ForeignData policy;
  private final Devices devices;
  private final SummaryWriter writer;
  private final FieldTable momentsTable;
  private final Period intraday;
  private final SummaryWriter momentsWriter;
  private final boolean heartRates;

  /**
   * @param intraday how far back it is fetched what happened within a day
   * @param heartRates whether each heart rate within a day is an Observation of its own, too
   */
  public ActivityTranslator(
      FieldTable table,
      FieldTable momentsTable,
      Identifiers identifiers,
      ForeignData policy,
      Period intraday,
      boolean heartRates) {
    this.heartRates = heartRates;
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
   * @param asOf when it was fetched: a day that was not over then is preliminary
   */
  public Translation translate(RowPage<ActivityDay> page, Subject subject, Instant asOf) {
    Tally tally = new Tally();
    page.unreadable().forEach(part -> tally.add(SkipReason.MALFORMED));
    page.takenBack().forEach(day -> tally.add(SkipReason.TAKEN_BACK));
    tally.add(page.oddities());
    SortedMap<String, Produced> found = new TreeMap<>();
    for (ActivityDay day : chosen(page, asOf, tally)) {
      write(day, subject, asOf, found, tally);
    }
    return Translation.of(found, tally)
        .ofRows(
            rows(subject, page.rows()),
            rows(subject, page.takenBack()),
            !page.unreadable().isEmpty());
  }

  /** The keys of all possible Observations of the rows. */
  private Set<String> rows(Subject subject, List<ActivityDay> days) {
    return days.stream()
        .flatMap(
            day ->
                Stream.concat(
                    Stream.of(intradayKey(day, subject)),
                    table.observations().stream()
                        .map(definition -> key(day, subject, definition.name()))))
        .collect(Collectors.toSet());
  }

  /** The calls that get what happened within the newer days of a page. */
  public List<DetailCall> details(FetchRequest fetch, RowPage<ActivityDay> page, Subject subject) {
    Instant oldest = fetch.begun().atZone(ZoneOffset.UTC).minus(intraday).toInstant();
    List<DetailCall> details = new ArrayList<>();
    for (ActivityDay day : chosen(page, fetch.begun(), new Tally())) {
      if (!day.external() && !intraday.isZero() && day.next().isAfter(oldest)) {
        SortedMap<String, Produced> found = new TreeMap<>();
        write(day, subject, fetch.begun(), found, new Tally());
        if (!found.isEmpty()) {
          details.add(
              new DetailCall(
                  fetch, day, intradayKey(day, subject), hash(found), Intraday.calls(day)));
        }
      }
    }
    return details;
  }

  /** What happened within a day; nothing when Withings has none. */
  public Translation translate(
      ActivityDay day, Intraday moments, String rowHash, Subject subject, Instant asOf) {
    Tally tally = new Tally();
    for (int i = 0; i < moments.relayed(); i++) {
      tally.addField(SkipReason.FOREIGN_ORIGIN, "series");
    }
    tally.add(moments.oddities());
    SummaryWriter.Row row = row(day, subject, asOf, moments.device());
    Definition definition = momentsTable.observations().get(0);
    String key = intradayKey(day, subject);
    Observation observation = momentsWriter.empty(key, definition, row);
    momentsWriter.addSeries(observation, definition, moments.series(), row, tally);
    SortedMap<String, Produced> found = new TreeMap<>();
    if (observation.hasComponent() && !moments.isEmpty()) {
      found.put(key, Produced.ofDetails(key, row.start(), observation, rowHash));
      if (heartRates) {
        moments
            .series()
            .getOrDefault(HEART_RATE, Collections.emptySortedMap())
            .forEach((at, rate) -> heartRate(key, at, rate, row, found));
      }
      devices
          .produced(subject, row.device(), row.start())
          .ifPresent(device -> found.put(device.key(), device));
    }
    return Translation.of(found, tally);
  }

  /** A reading at one moment, so unlike the day's mean it has the profile of heart rates. */
  private void heartRate(
      String day,
      Instant at,
      BigDecimal rate,
      SummaryWriter.Row row,
      SortedMap<String, Produced> found) {
    Field field = momentsTable.field(HEART_RATE);
    if (field.isAbsent(rate)) {
      return;
    }
    String key = Identifiers.momentKey(day, at);
    field
        .value(rate)
        .map(value -> momentsWriter.reading(key, VitalProfile.HEART_RATE, field, value, at, row))
        .ifPresent(reading -> found.put(key, new Produced(key, at, reading)));
  }

  private static String intradayKey(ActivityDay day, Subject subject) {
    return key(day, subject, "intraday");
  }

  private static String key(ActivityDay day, Subject subject, String what) {
    return Identifiers.activityKey(subject.userId(), day.date(), source(day), what);
  }

  /**
   * Distinguishes the rows of one date: always by the device, so that no key changes when a second
   * device appears. A row without one is the day's total.
   */
  private static @Nullable String source(ActivityDay day) {
    String hash = day.device().hash();
    if (hash != null || !day.external()) {
      return hash;
    }
    Integer model = day.device().modelId();
    return model == null ? "external" : "external-" + model;
  }

  /** The hash of all resources of a row. */
  private static String hash(SortedMap<String, Produced> found) {
    return Sha256.hex(
        found.values().stream()
            .map(each -> ContentHash.of(each.resource()))
            .collect(Collectors.joining()));
  }

  private Collection<ActivityDay> chosen(RowPage<ActivityDay> page, Instant asOf, Tally tally) {
    List<ActivityDay> days = new ArrayList<>(page.rows());
    days.sort(BETTER_LAST);
    SortedMap<String, ActivityDay> chosen = new TreeMap<>();
    for (ActivityDay day : days) {
      if (day.external() && policy == ForeignData.SKIP) {
        tally.add(SkipReason.FOREIGN_ORIGIN);
      } else if (!PlausibleTime.allows(day.start(), asOf)) {
        tally.addField(SkipReason.IMPLAUSIBLE, "date");
      } else if (chosen.put(day.date() + "-" + source(day), day) != null) {
        tally.add(SkipReason.DUPLICATE);
      }
    }
    return chosen.values();
  }

  private void write(
      ActivityDay day,
      Subject subject,
      Instant asOf,
      SortedMap<String, Produced> found,
      Tally tally) {
    SummaryWriter.Row row = row(day, subject, asOf, day.device());
    Instant start = row.start();
    boolean any = false;
    for (Definition definition : table.observations()) {
      String key = key(day, subject, definition.name());
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
      devices
          .produced(subject, day.device(), start)
          .ifPresent(device -> found.put(device.key(), device));
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
}
