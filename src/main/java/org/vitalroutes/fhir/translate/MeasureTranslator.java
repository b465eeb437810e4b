package org.vitalroutes.fhir.translate;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r5.model.Quantity;
import org.hl7.fhir.r5.model.Reference;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.Decimals;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.fhir.table.MeasureTable.Code;
import org.vitalroutes.fhir.table.MeasureTable.Entry;
import org.vitalroutes.fhir.table.MeasureTable.Kind;
import org.vitalroutes.fhir.table.MeasureTable.Panel;
import org.vitalroutes.fhir.table.MeasureTable.Plausible;
import org.vitalroutes.fhir.table.MeasureTable.Thermometer;
import org.vitalroutes.fhir.table.MeasureTable.Unit;
import org.vitalroutes.fhir.table.ObservationCategory;
import org.vitalroutes.fhir.table.VitalProfile;
import org.vitalroutes.sync.KnownDevice;
import org.vitalroutes.withings.Attribution;
import org.vitalroutes.withings.Measure;
import org.vitalroutes.withings.MeasureGroup;
import org.vitalroutes.withings.MeasurePage;
import org.vitalroutes.withings.RowDevice;
import org.vitalroutes.withings.Unreadable;

/**
 * Turns a page of Withings measures into Observations and the Devices that took them. The same page
 * always gives the same bytes, so that what did not change is not sent again.
 */
public final class MeasureTranslator {
  private static final String UCUM = "http://unitsofmeasure.org";
  private static final Coding ABSENT =
      new Coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown", "Unknown");
  private static final int REAL_MEASURES = 1;
  private static final int OBJECTIVES = 2;

  private final AmbiguousOwner policy;
  private final ForeignData foreign;
  private final MeasureTable table;
  private final Identifiers identifiers;
  private final BodySites bodySites;
  private final Methods methods;
  private final Devices devices;

  /** Skips what may be another person's, and what another maker's device measured. */
  public MeasureTranslator(MeasureTable table, Identifiers identifiers) {
    this(table, identifiers, AmbiguousOwner.SKIP, ForeignData.SKIP);
  }

  public MeasureTranslator(
      MeasureTable table, Identifiers identifiers, AmbiguousOwner policy, ForeignData foreign) {
    this.policy = policy;
    this.foreign = foreign;
    this.table = table;
    this.identifiers = identifiers;
    this.bodySites = new BodySites(identifiers);
    this.methods = new Methods(identifiers);
    this.devices = new Devices(identifiers);
  }

  /**
   * Never fails for what Withings sent: what cannot be translated is counted in {@code skipped}.
   *
   * @param asOf when it was fetched
   * @param listed the account's devices by hash, for groups that do not name the model
   */
  public Translation translate(
      MeasurePage page, Subject subject, Instant asOf, Map<String, KnownDevice> listed) {
    Tally tally = new Tally();
    page.unreadable().forEach(part -> tally.add(SkipReason.MALFORMED, part.measureType()));
    page.takenBack().forEach(group -> tally.add(SkipReason.TAKEN_BACK));
    tally.add(page.oddities());
    SortedMap<String, Draft> drafts = new TreeMap<>();
    page.groups().stream()
        .map(group -> group.measuredBy(withModel(group.device(), listed)))
        .filter(group -> isTheUsersMeasure(group, asOf, tally))
        // Oldest first, so that of two with one key the newer, and of equals the later, remains.
        .sorted(Comparator.comparing(MeasureGroup::changed))
        .forEachOrdered(group -> draft(group, subject, drafts, tally));

    SortedMap<String, Produced> produced = new TreeMap<>(produceDevices(subject, drafts.values()));
    drafts.forEach(
        (key, draft) -> {
          Instant date = draft.group().date();
          Observation observation = observation(key, draft, page.zone(), subject);
          produced.put(
              key,
              policy == AmbiguousOwner.HOLD && isAmbiguous(draft.group())
                  ? Produced.held(key, date, observation)
                  : new Produced(key, date, observation));
        });
    return new Translation(
        List.copyOf(produced.values()),
        tally.skipped(),
        rows(subject, page.groups()),
        rows(subject, page.takenBack()),
        page.unreadable().stream().anyMatch(Unreadable::isRow));
  }

  private static Set<String> rows(Subject subject, List<MeasureGroup> groups) {
    return groups.stream()
        .map(group -> Identifiers.measureRow(subject.userId(), group.grpid()))
        .collect(Collectors.toSet());
  }

  /** Older answers name the device without its model. */
  private static RowDevice withModel(RowDevice device, Map<String, KnownDevice> listed) {
    KnownDevice known = device.hash() == null ? null : listed.get(device.hash());
    return known == null ? device : device.or(known.modelId(), known.model());
  }

  private boolean isTheUsersMeasure(MeasureGroup group, Instant asOf, Tally tally) {
    if (group.category() == OBJECTIVES) {
      tally.add(SkipReason.OBJECTIVE);
      return false;
    }
    // The call requests real measures only, so an absent category means one.
    if (group.category() != REAL_MEASURES && group.category() != MeasureGroup.NOT_GIVEN) {
      tally.add(SkipReason.UNKNOWN_CATEGORY);
      return false;
    }
    if (policy == AmbiguousOwner.SKIP && isAmbiguous(group)) {
      tally.add(SkipReason.AMBIGUOUS_OWNER);
      return false;
    }
    if (foreign == ForeignData.SKIP && group.isExternal()) {
      tally.add(SkipReason.FOREIGN_ORIGIN);
      return false;
    }
    if (!PlausibleTime.allows(group.date(), asOf)) {
      tally.addField(SkipReason.IMPLAUSIBLE, "date");
      return false;
    }
    return true;
  }

  private static boolean isAmbiguous(MeasureGroup group) {
    return group.attribution().filter(Attribution.AMBIGUOUS_OWNER::equals).isPresent();
  }

  /** Sorts the measures of a group into the Observations they will be. */
  private void draft(
      MeasureGroup group, Subject subject, SortedMap<String, Draft> drafts, Tally tally) {
    boolean severalSites =
        group.measures().stream()
                .filter(measure -> isComponent(measure.type()))
                .map(measure -> BodySites.meaningful(measure.position()))
                .filter(Objects::nonNull)
                .distinct()
                .count()
            > 1;
    for (Measure measure : group.measures()) {
      Entry entry = table.entry(measure.type()).orElse(null);
      if (entry == null) {
        tally.add(SkipReason.UNKNOWN_TYPE, measure.type());
        continue;
      }
      SkipReason impossible = whyImpossible(entry, measure.value());
      if (impossible != null) {
        tally.add(impossible, measure.type());
        continue;
      }
      Entry meaning = meaning(entry, group);
      if (meaning == null) {
        tally.add(SkipReason.ROOM_TEMPERATURE, measure.type());
        continue;
      }
      Integer position = BodySites.meaningful(measure.position());
      String suffix = position == null ? "" : "-" + position;
      String panel = meaning.panel();
      String what =
          panel == null
              ? measure.type() + suffix
              // A blood pressure is one Observation, unless it was taken at two places at once.
              : panel + (severalSites ? suffix : "");
      String key = Identifiers.measureKey(subject.userId(), group.grpid(), what);
      Draft draft = new Draft(group, meaning, position, Map.of(measure.type(), measure));
      Draft before = drafts.get(key);
      drafts.put(key, before == null ? draft : draft.over(before, tally));
    }
  }

  private boolean isComponent(int type) {
    return table.entry(type).filter(entry -> entry.kind() == Kind.COMPONENT).isPresent();
  }

  private @Nullable SkipReason whyImpossible(Entry entry, BigDecimal value) {
    BigDecimal written = value.movePointRight(entry.shift());
    if (!Decimals.fit(written)) {
      return SkipReason.UNKNOWN_VALUE;
    }
    Plausible plausible = entry.plausible();
    if (plausible != null && !plausible.allows(written)) {
      return SkipReason.IMPLAUSIBLE;
    }
    String answers = entry.answers();
    return answers == null || answer(table.answers(answers), value) != null
        ? null
        : SkipReason.UNKNOWN_VALUE;
  }

  /** The table row of a measure; null when the measured quantity is unclear. */
  private @Nullable Entry meaning(Entry entry, MeasureGroup group) {
    Thermometer thermometer = entry.thermometer();
    if (thermometer == null) {
      return entry;
    }
    Integer model = group.device().modelId();
    if (model == null || !thermometer.models().contains(model)) {
      return null;
    }
    boolean hasBoth =
        group.measures().stream().anyMatch(measure -> measure.type() == thermometer.standsInFor());
    return hasBoth ? entry : table.required(thermometer.standsInFor());
  }

  private Observation observation(String key, Draft draft, ZoneId zone, Subject subject) {
    MeasureGroup group = draft.group();
    Entry entry = draft.entry();
    Observation observation = new Observation();
    observation.setId(identifiers.id(subject.patientId(), key));
    observation.addIdentifier(identifiers.observation(key));
    identifiers.record(key).ifPresent(observation::addIdentifier);
    observation.setStatus(status(group));
    observation.setSubject(patient(subject));
    observation.setEffective(ZonedTime.dateTime(group.date(), zone));
    observation.setIssuedElement(ZonedTime.instant(group.changed()));
    observation.addPerformer(patient(subject));
    methods.concept(group.attribution()).ifPresent(observation::setMethod);
    Devices.hash(group)
        .ifPresent(
            hash ->
                observation.setDevice(
                    devices.reference(
                        subject, hash, group.device().modelId(), group.device().model())));
    if (group.isExternal()) {
      observation.getMeta().addTag(Origin.external(identifiers));
    }
    if (draft.position() != null) {
      observation.setBodySite(bodySites.concept(draft.position(), entry.segmental()));
    }
    if (entry.panel() != null) {
      describe(observation, table.panel(entry.panel()), draft.measures());
    } else {
      describe(observation, entry, draft.position(), draft.onlyMeasure());
    }
    return observation;
  }

  /**
   * An edit at Withings is recognized by its timestamps, so that it does not depend on earlier
   * fetches.
   */
  private static ObservationStatus status(MeasureGroup group) {
    if (isAmbiguous(group)) {
      return ObservationStatus.PRELIMINARY;
    }
    return group.isEdited() ? ObservationStatus.AMENDED : ObservationStatus.FINAL;
  }

  private void describe(
      Observation observation, Entry entry, @Nullable Integer position, Measure measure) {
    describe(observation, entry.profile(), Objects.requireNonNull(entry.category()));
    String text = entry.text();
    if (entry.segmental() && position != null) {
      text += ", " + decapitalize(BodySites.text(position));
    }
    observation.setCode(concept(entry.codings()).setText(text));
    String answers = entry.answers();
    if (answers == null) {
      observation.setValue(quantity(entry, measure));
    } else {
      observation.setValue(answer(table.answers(answers), measure.value()));
    }
  }

  private void describe(Observation observation, Panel panel, Map<Integer, Measure> measures) {
    describe(observation, panel.profile(), panel.category());
    observation.setCode(concept(panel.codings()).setText(panel.text()));
    for (int type : panel.components()) {
      Entry entry = table.required(type);
      Measure measure = measures.get(type);
      ObservationComponentComponent component = observation.addComponent();
      component.setCode(concept(entry.codings()));
      if (measure == null) {
        component.setDataAbsentReason(new CodeableConcept(ABSENT.copy()));
      } else {
        component.setValue(quantity(entry, measure));
      }
    }
  }

  private static void describe(
      Observation observation, @Nullable VitalProfile profile, ObservationCategory category) {
    if (profile != null) {
      observation.getMeta().addProfile(profile.url());
    }
    observation.addCategory(category.concept());
  }

  private CodeableConcept concept(List<Code> codings) {
    CodeableConcept concept = new CodeableConcept();
    for (Code code : codings) {
      String system = code.local() ? identifiers.codeSystem("measure-type") : Loinc.SYSTEM;
      concept.addCoding(new Coding(system, code.code(), code.display()));
    }
    return concept;
  }

  private static Quantity quantity(Entry entry, Measure measure) {
    Unit unit = Objects.requireNonNull(entry.unit());
    return new Quantity()
        .setValue(Decimals.readable(measure.value().movePointRight(entry.shift())))
        .setUnit(unit.printed())
        .setSystem(UCUM)
        .setCode(unit.code());
  }

  /** Null when the value is none of the answers. */
  private @Nullable CodeableConcept answer(Answers answers, BigDecimal value) {
    int code;
    try {
      code = value.intValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
    String display = answers.displays().get(code);
    return display == null
        ? null
        : new CodeableConcept(
                new Coding(identifiers.codeSystem(answers.name()), String.valueOf(code), display))
            .setText(display);
  }

  private static Reference patient(Subject subject) {
    return new Reference(subject.patientReference()).setType("Patient");
  }

  private static String decapitalize(String text) {
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }

  /** Each device once, named as in its newest group. */
  private Map<String, Produced> produceDevices(Subject subject, Iterable<Draft> drafts) {
    Map<String, List<MeasureGroup>> groups = new TreeMap<>();
    for (Draft draft : drafts) {
      Devices.hash(draft.group())
          .ifPresent(
              hash -> groups.computeIfAbsent(hash, h -> new ArrayList<>()).add(draft.group()));
    }
    Map<String, Produced> produced = new TreeMap<>();
    groups.forEach(
        (hash, of) -> {
          RowDevice newest =
              Collections.max(
                      of,
                      Comparator.comparing((MeasureGroup group) -> group.device().model() != null)
                          .thenComparing(group -> group.device().modelId() != null)
                          .thenComparing(MeasureGroup::changed)
                          .thenComparing(MeasureGroup::grpid))
                  .device();
          Instant lastUsed = Collections.max(of.stream().map(MeasureGroup::date).toList());
          String key = Identifiers.deviceKey(subject.userId(), hash);
          produced.put(
              key,
              new Produced(
                  key, lastUsed, devices.device(subject, hash, newest.modelId(), newest.model())));
        });
    return produced;
  }

  /**
   * What one Observation will be made of.
   *
   * @param measures by type; more than one only in a panel
   */
  private record Draft(
      MeasureGroup group, Entry entry, @Nullable Integer position, Map<Integer, Measure> measures) {

    Measure onlyMeasure() {
      return measures.values().iterator().next();
    }

    /** This, together with what the older one has besides, if they belong to one reading. */
    Draft over(Draft older, Tally tally) {
      boolean sameReading =
          group.equals(older.group())
              || Collections.disjoint(measures.keySet(), older.measures.keySet());
      Map<Integer, Measure> all = new LinkedHashMap<>();
      for (Map.Entry<Integer, Measure> measure : older.measures.entrySet()) {
        if (sameReading && !measures.containsKey(measure.getKey())) {
          all.put(measure.getKey(), measure.getValue());
        } else {
          tally.add(SkipReason.DUPLICATE, measure.getKey());
        }
      }
      all.putAll(measures);
      return new Draft(group, entry, position == null ? older.position : position, all);
    }
  }
}
