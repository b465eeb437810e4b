package org.vitalroutes.steps.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyList;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r5.model.Observation;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.translate.Translation;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.store.Ledger;
import org.vitalroutes.store.Rechecks;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.FetchRequest;
import org.vitalroutes.sync.Priority;
import org.vitalroutes.sync.Recheck;
import org.vitalroutes.sync.SyncRequest;
import org.vitalroutes.sync.Window;
import org.vitalroutes.testsupport.MeasureReply;

/**
 * Groups of measures that move between users under the same number, and users who are connected to
 * another Patient: translated, sent and withdrawn by the real parts, to a FHIR server that is a
 * map.
 */
class SubjectPropertiesTest {

  private static final Instant NOW = Instant.parse("2026-11-30T00:00:00Z");
  private static final Window ALL = new Window(NOW.minus(Duration.ofDays(3650)), NOW);
  private static final int PERSONS = 4;
  private static final int GROUPS = 6;

  private static final Identifiers identifiers = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private static final MeasureTranslator translator =
      new MeasureTranslator(MeasureTable.standard(), identifiers);
  private static final Transactions transactions =
      new Transactions(new ServerBase("http://localhost/fhir"), 3);

  @Property(tries = 500)
  void no_observation_changes_its_subject(@ForAll long seed) {
    World world = new World(new Random(seed));

    world.live();

    assertThat(world.changedSubjects).isEmpty();
    assertThat(world.withdrawnWrongly).isEmpty();
  }

  @Property(tries = 100)
  void whatever_has_moved_is_valid_for_the_patient_of_its_user(@ForAll long seed) {
    World world = new World(new Random(seed));

    world.live();
    world.accounts.forEach(world::reconcile);

    assertThat(world.valid()).containsAll(world.present());
  }

  private static final class World {
    private final Random random;
    private final List<AccountRef> accounts = new ArrayList<>();

    /** Who has a group at Withings. */
    private final Map<Long, String> users = new TreeMap<>();

    private final Map<String, Observation> server = new HashMap<>();
    private final Map<UUID, Map<String, Delivered>> delivered = new HashMap<>();
    private final List<String> changedSubjects = new ArrayList<>();
    private final List<String> withdrawnWrongly = new ArrayList<>();
    private final Removals removals;

    World(Random random) {
      this.random = random;
      Ledger ledger = mock(Ledger.class);
      when(ledger.valid(any(), any(Window.class)))
          .thenAnswer(
              call ->
                  entries(call.<SyncRequest>getArgument(0).account()).values().stream()
                      .filter(entry -> !entry.inError())
                      .toList());
      doAnswer(
              call -> {
                record(call.getArgument(0), call.getArgument(1));
                return null;
              })
          .when(ledger)
          .record(any(), anyList());
      removals =
          new Removals(
              ledger,
              mock(Rechecks.class),
              transactions,
              settings(),
              Clock.fixed(NOW, ZoneOffset.UTC));
      for (int person = 0; person < PERSONS; person++) {
        accounts.add(
            new AccountRef(
                new UUID(0, person), "withings", "s" + person, "" + (10 + person), patient()));
      }
    }

    private String patient() {
      return "p" + random.nextInt(PERSONS);
    }

    void live() {
      for (int step = 0; step < 40; step++) {
        int person = random.nextInt(PERSONS);
        AccountRef account = accounts.get(person);
        switch (random.nextInt(5)) {
          case 0, 1 -> users.put((long) random.nextInt(GROUPS), account.externalUserId());
          case 2 -> users.remove((long) random.nextInt(GROUPS));
          case 3 -> accounts.set(person, account.ofPatient(patient()));
          default -> reconcile(account);
        }
      }
    }

    void reconcile(AccountRef account) {
      SyncRequest request =
          new SyncRequest(
              1,
              1,
              0,
              account,
              DataKind.MEASURES,
              Priority.LIVE,
              ALL,
              null,
              1,
              new UUID(0, 9),
              "c",
              Instant.EPOCH);
      MeasureReply reply = MeasureReply.reply();
      users.forEach(
          (group, user) -> {
            if (user.equals(account.externalUserId())) {
              reply.group(group, one -> one.measure(1, 70 + random.nextInt(2), 0));
            }
          });
      Translation translated =
          translator.translate(
              reply.page(),
              new Subject(account.patientReference(), account.externalUserId()),
              NOW,
              Map.of());
      Map<String, String> known =
          entries(account).values().stream()
              .filter(entry -> !entry.inError())
              .collect(Collectors.toMap(Delivered::key, Delivered::contentHash));
      transactions
          .forChanged(request, translated.produced(), known, FhirVersion.R5)
          .forEach(this::take);
      FetchRequest fetched =
          FetchRequest.again(request, Recheck.approved(ALL), NOW)
              .after(translated.rows(), true, null);
      for (List<Delivered> removed : removals.find(fetched)) {
        List<IBaseResource> current =
            removed.stream()
                .map(entry -> server.get(entry.resourceId()))
                .filter(Objects::nonNull)
                .<IBaseResource>map(Observation::copy)
                .toList();
        removals.planWithdrawal(current, request, removed).forEach(this::take);
      }
    }

    private void take(DeliveryPart part) {
      for (JsonNode entry : MeasureReply.tree(part.bundle()).path("entry")) {
        if (entry.at("/resource/resourceType").asText().equals("Observation")) {
          put(
              FhirVersion.R5
                  .context()
                  .newJsonParser()
                  .parseResource(Observation.class, entry.path("resource").toString()));
        }
      }
      record(part.request(), part.entries());
    }

    private void put(Observation next) {
      String id = next.getIdElement().getIdPart();
      Observation before = server.put(id, next);
      if (before != null && !subject(before).equals(subject(next))) {
        changedSubjects.add(id);
      }
      if (next.getStatus().toCode().equals("entered-in-error") && present().contains(name(next))) {
        withdrawnWrongly.add(name(next));
      }
    }

    private void record(SyncRequest request, List<Delivered> entries) {
      entries.forEach(entry -> entries(request.account()).put(entry.key(), entry));
    }

    private Map<String, Delivered> entries(AccountRef account) {
      return delivered.computeIfAbsent(account.id(), id -> new HashMap<>());
    }

    /** Of every group at Withings: its key and the Patient of its user. */
    List<String> present() {
      List<String> present = new ArrayList<>();
      users.forEach(
          (group, user) ->
              accounts.stream()
                  .filter(account -> account.externalUserId().equals(user))
                  .forEach(
                      account ->
                          present.add(
                              Identifiers.measureKey(user, group, "1")
                                  + " "
                                  + account.patientReference())));
      return present;
    }

    List<String> valid() {
      return server.values().stream()
          .filter(each -> !each.getStatus().toCode().equals("entered-in-error"))
          .map(World::name)
          .toList();
    }

    private static String name(Observation observation) {
      return observation.getIdentifierFirstRep().getValue() + " " + subject(observation);
    }

    private static String subject(Observation observation) {
      return observation.getSubject().getReference();
    }
  }

  private static FhirSettings settings() {
    FhirSettings settings = mock(FhirSettings.class);
    when(settings.namespace()).thenReturn(Identifiers.DEFAULT_NAMESPACE);
    when(settings.bundleSize()).thenReturn(3);
    return settings;
  }
}
