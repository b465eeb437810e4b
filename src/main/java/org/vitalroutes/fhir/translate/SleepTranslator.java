package org.vitalroutes.fhir.translate;

import static java.util.Comparator.comparing;

import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.FieldTable;
import org.vitalroutes.fhir.table.FieldTable.Definition;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.Night;
import org.vitalroutes.withings.NightEvents;
import org.vitalroutes.withings.RowPage;
import org.vitalroutes.withings.SleepPhases;

/**
 * Turns a night into an Observation over the time in bed, one of its heart rate and one of its
 * stages.
 */
public final class SleepTranslator {
  private final FieldTable table;
  private final ForeignData policy;
  private final Period stages;
  private final Identifiers identifiers;
  private final Devices devices;
  private final SummaryWriter writer;
  private final SummaryWriter stagesWriter;
  private final Definition stagesDefinition;

  /**
   * @param stages how far back the stages of a night are fetched
   */
  public SleepTranslator(
      FieldTable table,
      FieldTable stagesTable,
      Identifiers identifiers,
      ForeignData policy,
      Period stages) {
    this.policy = policy;
    this.table = table;
    this.stages = stages;
    this.identifiers = identifiers;
    devices = new Devices(identifiers);
    writer = new SummaryWriter(table, identifiers, devices);
    stagesWriter = new SummaryWriter(stagesTable, identifiers, devices);
    stagesDefinition = stagesTable.observations().get(0);
  }

  /**
   * Never fails for what Withings sent.
   *
   * @param asOf when it was fetched
   */
  public Translation translate(RowPage<Night> page, Subject subject, Instant asOf) {
    Tally tally = new Tally();
    page.unreadable().forEach(part -> tally.add(SkipReason.MALFORMED));
    page.takenBack().forEach(night -> tally.add(SkipReason.TAKEN_BACK));
    tally.add(page.oddities());
    SortedMap<String, Produced> found = new TreeMap<>();
    chosen(page, subject, asOf, tally)
        .forEach((key, night) -> write(key, night, subject, found, tally));
    return Translation.of(found, tally)
        .ofRows(
            rows(subject, page.rows()),
            rows(subject, page.takenBack()),
            !page.unreadable().isEmpty());
  }

  private static Set<String> rows(Subject subject, List<Night> nights) {
    return nights.stream()
        .map(night -> Identifiers.sleepKey(subject.userId(), night.id()))
        .collect(Collectors.toSet());
  }

  /** The calls that get the stages of the newer nights of a page. */
  public List<DetailCall> details(FetchRequest fetch, RowPage<Night> page, Subject subject) {
    Instant oldest = fetch.begun().atZone(ZoneOffset.UTC).minus(stages).toInstant();
    List<DetailCall> details = new ArrayList<>();
    chosen(page, subject, fetch.begun(), new Tally())
        .forEach(
            (key, night) -> {
              if (night.end().isAfter(oldest)) {
                SortedMap<String, Produced> found = new TreeMap<>();
                write(key, night, subject, found, new Tally());
                if (found.get(key) != null) {
                  details.add(
                      new DetailCall(
                          fetch,
                          night,
                          Identifiers.stagesKey(subject.userId(), night.id()),
                          ContentHash.of(found.get(key).resource()),
                          SleepPhases.calls(night)));
                }
              }
            });
    return details;
  }

  /**
   * The stages of a night, each with its period, and the series that were measured meanwhile
   * (docs/decisions/0006); nothing when Withings has none.
   */
  public Translation translate(Night night, SleepPhases phases, String rowHash, Subject subject) {
    Tally tally = new Tally();
    SortedMap<String, Produced> found = new TreeMap<>();
    String key = Identifiers.stagesKey(subject.userId(), night.id());
    tally.add(phases.oddities());
    SummaryWriter.Row row = row(night, subject);
    Observation observation = stagesWriter.empty(key, stagesDefinition, row);
    markEdited(observation, night);
    for (SleepPhases.Phase phase : phases.phases()) {
      var period = SummaryWriter.period(phase.start(), phase.end(), night.zone());
      stagesWriter.addAnswer(observation, phase.state(), period, "state", tally);
    }
    stagesWriter.addSeries(observation, stagesDefinition, phases.series(), row, tally);
    if (observation.hasComponent()) {
      found.put(key, Produced.ofDetails(key, night.start(), observation, rowHash));
    }
    return Translation.of(found, tally);
  }

  private SortedMap<String, Night> chosen(
      RowPage<Night> page, Subject subject, Instant asOf, Tally tally) {
    SortedMap<String, Night> chosen = new TreeMap<>();
    page.rows().stream()
        .sorted(comparing(Night::changed))
        .forEachOrdered(
            night -> {
              if (policy == ForeignData.SKIP && night.external()) {
                tally.add(SkipReason.FOREIGN_ORIGIN);
              } else if (!PlausibleTime.allows(night.start(), asOf)
                  || !PlausibleTime.allows(night.end(), asOf)) {
                tally.addField(SkipReason.IMPLAUSIBLE, "startdate");
              } else if (chosen.put(Identifiers.sleepKey(subject.userId(), night.id()), night)
                  != null) {
                tally.add(SkipReason.DUPLICATE);
              }
            });
    return chosen;
  }

  private void write(
      String key, Night night, Subject subject, SortedMap<String, Produced> found, Tally tally) {
    for (Definition definition : table.observations()) {
      boolean whole = definition.equals(table.observations().get(0));
      String name = whole ? key : key + "-" + definition.name();
      writer
          .observation(name, definition, row(night, subject), tally)
          .ifPresent(
              observation -> {
                markEdited(observation, night);
                if (night.external()) {
                  observation.getMeta().addTag(Origin.external(identifiers));
                }
                if (whole) {
                  addEvents(observation, night, tally);
                }
                found.put(name, new Produced(name, night.start(), observation));
                devices
                    .produced(subject, night.device(), night.start())
                    .ifPresent(device -> found.put(device.key(), device));
              });
    }
  }

  private static void markEdited(Observation observation, Night night) {
    if (night.isEdited()) {
      observation.setStatus(ObservationStatus.AMENDED);
    }
  }

  private void addEvents(Observation observation, Night night, Tally tally) {
    if (!night.events().readable()) {
      tally.addField(SkipReason.UNREADABLE_FIELD, "night_events");
    }
    for (NightEvents.Event event : night.events().events()) {
      var at = ZonedTime.dateTime(event.at(), night.zone());
      writer.addAnswer(observation, event.kind(), at, "night_events", tally);
    }
  }

  private static SummaryWriter.Row row(Night night, Subject subject) {
    return new SummaryWriter.Row(
        subject,
        night.completed(),
        night.zone(),
        night.start(),
        night.end(),
        night.changed(),
        night.device(),
        night.values());
  }
}
