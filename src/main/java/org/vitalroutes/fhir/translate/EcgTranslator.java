package org.vitalroutes.fhir.translate;

import static java.util.Comparator.comparing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r5.model.CodeableConcept;
import org.hl7.fhir.r5.model.Coding;
import org.hl7.fhir.r5.model.Enumerations.ObservationStatus;
import org.hl7.fhir.r5.model.Observation;
import org.hl7.fhir.r5.model.Period;
import org.hl7.fhir.r5.model.Quantity;
import org.hl7.fhir.r5.model.Reference;
import org.hl7.fhir.r5.model.SampledData;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.ContentHash;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.Decimals;
import org.vitalroutes.fhir.table.Loinc;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.table.MeasureTable.Answers;
import org.vitalroutes.fhir.table.ObservationCategory;
import org.vitalroutes.fhir.table.VitalProfile;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.withings.DetailCall;
import org.vitalroutes.withings.HeartRecording;
import org.vitalroutes.withings.HeartSignal;
import org.vitalroutes.withings.RowPage;

/** Turns electrocardiograms, and blood pressures taken with them, into Observations. */
public final class EcgTranslator {
  private static final String UCUM = "http://unitsofmeasure.org";
  private static final String MDC = "urn:iso:std:iso:11073:10101";
  public static final Coding ECG = new Coding(MDC, "131328", "MDC_ECG_ELEC_POTL");
  private static final Coding STUDY = new Coding(Loinc.SYSTEM, "11524-6", "EKG study");
  public static final Coding LEAD_I = new Coding(MDC, "131329", "MDC_ECG_ELEC_POTL_I");
  public static final Coding HEART_RATE = new Coding(Loinc.SYSTEM, "8867-4", "Heart rate");
  private static final Coding ABSENT =
      new Coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown", "Unknown");

  /** The measure type of the classification of an electrocardiogram. */
  public static final int AFIB = 130;

  private static final int PULSE = 11;
  private static final int SYSTOLIC = 10;
  private static final int DIASTOLIC = 9;
  private static final int BPM_CORE = 44;
  private static final int SECONDS = 30;
  private static final int SECONDS_OF_BPM_CORE = 20;
  private static final BigDecimal MILLIS = BigDecimal.valueOf(1000);
  private static final int INTERVAL_PLACES = 6;

  private final MeasureTable table;
  private final boolean waveform;
  private final ForeignData policy;
  private final Answers afib;
  private final Identifiers identifiers;
  private final BodySites bodySites;
  private final Devices devices;

  /**
   * @param waveform whether electrocardiograms have their curve, so that it takes more than the
   *     list to make one
   */
  public EcgTranslator(
      MeasureTable table, Identifiers identifiers, ForeignData policy, boolean waveform) {
    this.table = table;
    this.policy = policy;
    this.waveform = waveform;
    this.identifiers = identifiers;
    afib = table.answers("afib-ecg");
    bodySites = new BodySites(identifiers);
    devices = new Devices(identifiers);
  }

  /**
   * Never fails for what Withings sent. What has a curve is left to its {@link #details}.
   *
   * @param asOf when it was fetched
   */
  public Translation translate(RowPage<HeartRecording> page, Subject subject, Instant asOf) {
    Tally tally = new Tally();
    page.unreadable().forEach(part -> tally.add(SkipReason.MALFORMED));
    page.takenBack().forEach(row -> tally.add(SkipReason.TAKEN_BACK));
    tally.add(page.oddities());
    SortedMap<String, Produced> found = new TreeMap<>();
    chosen(page, asOf, tally)
        .forEachOrdered(
            row -> {
              Observation pressure = pressure(row, subject, tally);
              Observation ecg =
                  waveform && row.signalId() != null ? null : ecg(row, null, subject, tally);
              put(found, row, pressure, tally);
              put(found, row, ecg, tally);
              if (row.signalId() != null || pressure != null) {
                devices
                    .produced(subject, row.device(), row.timestamp())
                    .ifPresent(device -> found.put(device.key(), device));
              } else if (row.heartRate() != null) {
                tally.addField(SkipReason.MISSING_FIELD, "heart_rate");
              }
            });
    return Translation.of(found, tally)
        .ofRows(
            rows(subject, page.rows()),
            rows(subject, page.takenBack()),
            !page.unreadable().isEmpty());
  }

  /** By its signal, and by its moment for an answer that leaves the signal out. */
  private static Set<String> rows(Subject subject, List<HeartRecording> recordings) {
    return recordings.stream()
        .flatMap(
            row ->
                Stream.concat(
                    Stream.of(Identifiers.heartRow(subject.userId(), row.timestamp())),
                    Stream.ofNullable(row.signalId())
                        .map(signal -> Identifiers.ecgKey(subject.userId(), signal))))
        .collect(Collectors.toSet());
  }

  /** The calls that get the curves of a page. */
  public List<DetailCall> details(
      FetchRequest fetch, RowPage<HeartRecording> page, Subject subject) {
    SortedMap<String, DetailCall> details = new TreeMap<>();
    chosen(page, fetch.begun(), new Tally())
        .filter(row -> waveform && row.signalId() != null)
        .forEachOrdered(
            row -> {
              long id = Objects.requireNonNull(row.signalId());
              String key = Identifiers.ecgKey(subject.userId(), id);
              String hash =
                  ContentHash.of(Objects.requireNonNull(ecg(row, null, subject, new Tally())));
              details.put(
                  key, new DetailCall(fetch, row, key, hash, List.of(HeartSignal.call(id))));
            });
    return List.copyOf(details.values());
  }

  /**
   * An electrocardiogram with its curve.
   *
   * @param signal null when Withings has none, or none yet: it is asked for again then, and a curve
   *     that was delivered stays
   */
  public Translation translate(
      HeartRecording row, @Nullable HeartSignal signal, String rowHash, Subject subject) {
    Tally tally = new Tally();
    Observation ecg = Objects.requireNonNull(ecg(row, signal, subject, tally));
    String key = ecg.getIdentifierFirstRep().getValue();
    Produced produced =
        signal == null
            ? Produced.unlessKnown(key, row.timestamp(), ecg)
            : Produced.ofDetails(key, row.timestamp(), ecg, rowHash);
    return new Translation(List.of(produced), tally.skipped());
  }

  /** Oldest first, so that of two with one key the newer remains. */
  private Stream<HeartRecording> chosen(RowPage<HeartRecording> page, Instant asOf, Tally tally) {
    List<HeartRecording> chosen = new ArrayList<>();
    for (HeartRecording row : page.rows()) {
      if (policy == ForeignData.SKIP && row.external()) {
        tally.add(SkipReason.FOREIGN_ORIGIN);
      } else if (!PlausibleTime.allows(row.timestamp(), asOf)) {
        tally.addField(SkipReason.IMPLAUSIBLE, "timestamp");
      } else {
        chosen.add(row);
      }
    }
    return chosen.stream().sorted(comparing(HeartRecording::changed));
  }

  private static void put(
      SortedMap<String, Produced> found,
      HeartRecording row,
      @Nullable Observation observation,
      Tally tally) {
    if (observation != null) {
      String key = observation.getIdentifierFirstRep().getValue();
      if (found.put(key, new Produced(key, row.timestamp(), observation)) != null) {
        tally.add(SkipReason.DUPLICATE);
      }
    }
  }

  private @Nullable Observation ecg(
      HeartRecording row, @Nullable HeartSignal signal, Subject subject, Tally tally) {
    Long id = row.signalId();
    if (id == null) {
      return null;
    }
    Observation observation = observation(Identifiers.ecgKey(subject.userId(), id), row, subject);
    observation.addCategory(ObservationCategory.PROCEDURE.concept());
    observation.setCode(
        new CodeableConcept(ECG.copy()).addCoding(STUDY.copy()).setText("Single-lead ECG"));
    observation.setEffective(
        new Period()
            .setStartElement(ZonedTime.dateTime(row.timestamp(), row.zone()))
            .setEndElement(
                ZonedTime.dateTime(row.timestamp().plusSeconds(seconds(row, signal)), row.zone())));
    if (signal != null) {
      Integer position = BodySites.meaningful(signal.position());
      if (position != null) {
        observation.setBodySite(bodySites.concept(position, false));
      }
      observation
          .addComponent()
          .setCode(new CodeableConcept(LEAD_I.copy()).setText("Lead I"))
          .setValue(samples(signal));
    }
    classification(row.afib(), tally)
        .ifPresent(
            result ->
                observation
                    .addComponent()
                    .setCode(new CodeableConcept(local(AFIB)))
                    .setValue(result));
    BigDecimal heartRate = plausible(PULSE, row.heartRate(), tally);
    if (heartRate != null) {
      observation
          .addComponent()
          .setCode(new CodeableConcept(HEART_RATE.copy()))
          .setValue(quantity(heartRate, "beats/minute", "/min"));
    }
    if (hasPressure(row)) {
      String pressure =
          identifiers.id(subject.patientId(), Identifiers.heartPressureKey(subject.userId(), row));
      observation.addHasMember(new Reference("Observation/" + pressure));
    }
    return observation;
  }

  private boolean hasPressure(HeartRecording row) {
    return plausible(SYSTOLIC, row.systolic(), new Tally()) != null
        || plausible(DIASTOLIC, row.diastolic(), new Tally()) != null;
  }

  /** Null when there is none; counted when it is outside the bounds of its measure type. */
  private @Nullable BigDecimal plausible(int type, @Nullable BigDecimal value, Tally tally) {
    if (value == null) {
      return null;
    }
    MeasureTable.Plausible bounds = table.required(type).plausible();
    if (Decimals.fit(value) && (bounds == null || bounds.allows(value))) {
      return value;
    }
    tally.add(SkipReason.IMPLAUSIBLE, type);
    return null;
  }

  private @Nullable Observation pressure(HeartRecording row, Subject subject, Tally tally) {
    BigDecimal systolic = plausible(SYSTOLIC, row.systolic(), tally);
    BigDecimal diastolic = plausible(DIASTOLIC, row.diastolic(), tally);
    if (systolic == null && diastolic == null) {
      return null;
    }
    Observation observation =
        observation(Identifiers.heartPressureKey(subject.userId(), row), row, subject);
    MeasureTable.Panel panel = table.panel("bp");
    observation.getMeta().addProfile(VitalProfile.BLOOD_PRESSURE.url());
    observation.addCategory(ObservationCategory.VITAL_SIGNS.concept());
    observation.setCode(loinc(panel.codings()).setText(panel.text()));
    observation.setEffective(ZonedTime.dateTime(row.timestamp(), row.zone()));
    addPressure(observation, SYSTOLIC, systolic);
    addPressure(observation, DIASTOLIC, diastolic);
    return observation;
  }

  private void addPressure(Observation observation, int type, @Nullable BigDecimal value) {
    var component = observation.addComponent().setCode(loinc(table.required(type).codings()));
    if (value == null) {
      component.setDataAbsentReason(new CodeableConcept(ABSENT.copy()));
    } else {
      component.setValue(quantity(value, "mmHg", "mm[Hg]"));
    }
  }

  private Observation observation(String key, HeartRecording row, Subject subject) {
    Observation observation = new Observation();
    observation.setId(identifiers.id(subject.patientId(), key));
    observation.addIdentifier(identifiers.observation(key));
    identifiers.record(key).ifPresent(observation::addIdentifier);
    observation.setStatus(ObservationStatus.FINAL);
    observation.setSubject(patient(subject));
    observation.setIssuedElement(ZonedTime.instant(row.changed()));
    observation.addPerformer(patient(subject));
    devices.reference(subject, row.device()).ifPresent(observation::setDevice);
    if (row.external()) {
      observation.getMeta().addTag(Origin.external(identifiers));
    }
    return observation;
  }

  private Optional<CodeableConcept> classification(@Nullable Integer result, Tally tally) {
    if (result == null || result < 0) {
      return Optional.empty();
    }
    String display = afib.displays().get(result);
    if (display == null) {
      tally.add(SkipReason.UNKNOWN_VALUE, AFIB);
      return Optional.empty();
    }
    return Optional.of(
        new CodeableConcept(
                new Coding(identifiers.codeSystem(afib.name()), result.toString(), display))
            .setText(display));
  }

  private Coding local(int type) {
    return new Coding(
        identifiers.codeSystem("measure-type"),
        Integer.toString(type),
        table.required(type).name());
  }

  private static CodeableConcept loinc(List<MeasureTable.Code> codings) {
    CodeableConcept concept = new CodeableConcept();
    codings.stream()
        .filter(code -> !code.local())
        .forEach(code -> concept.addCoding(new Coding(Loinc.SYSTEM, code.code(), code.display())));
    return concept;
  }

  private static SampledData samples(HeartSignal signal) {
    return new SampledData()
        .setOrigin(quantity(BigDecimal.ZERO, "uV", "uV"))
        .setInterval(interval(signal))
        .setIntervalUnit("ms")
        .setFactor(BigDecimal.ONE)
        .setDimensions(1)
        .setData(
            signal.microvolts().stream().map(String::valueOf).collect(Collectors.joining(" ")));
  }

  private static BigDecimal interval(HeartSignal signal) {
    return Decimals.readable(
        MILLIS
            .divide(BigDecimal.valueOf(signal.frequency()), INTERVAL_PLACES, RoundingMode.HALF_UP)
            .stripTrailingZeros());
  }

  private static long seconds(HeartRecording row, @Nullable HeartSignal signal) {
    if (signal != null) {
      return Math.max(1, signal.microvolts().size() / signal.frequency());
    }
    Integer model = row.device().modelId();
    return model != null && model == BPM_CORE ? SECONDS_OF_BPM_CORE : SECONDS;
  }

  private static Quantity quantity(BigDecimal value, String printed, String code) {
    return new Quantity()
        .setValue(Decimals.readable(value))
        .setUnit(printed)
        .setSystem(UCUM)
        .setCode(code);
  }

  private static Reference patient(Subject subject) {
    return new Reference(subject.patientReference()).setType("Patient");
  }
}
