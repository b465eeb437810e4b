package org.vitalroutes.steps.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hl7.fhir.r5.model.Bundle;
import org.hl7.fhir.r5.model.DateTimeType;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentCaptor;
import org.vitalroutes.accounts.AccountRef;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.deliver.Delivered;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.steps.operations.LedgerRebuild.Progress;
import org.vitalroutes.store.Redelivery;
import org.vitalroutes.sync.DataKind;

class LedgerRebuildTest {

  private static final AccountRef ACCOUNT =
      new AccountRef(new UUID(0, 1), "withings", "someone", "4711", "p1");
  private static final String KEY = Identifiers.measureKey("4711", 20, "1");

  private final Redelivery redelivery = mock(Redelivery.class);
  private final Identifiers identifiers = new Identifiers(Identifiers.DEFAULT_NAMESPACE);
  private final LedgerRebuild rebuild = new LedgerRebuild(redelivery, settings());

  @Test
  @SuppressWarnings("unchecked")
  void only_what_is_under_our_id_enters_the_ledger_as_ids_become_parts_of_urls() {
    when(redelivery.add(any(), any(), any())).thenReturn(1L);
    Bundle page = new Bundle();
    String ours = identifiers.id("p1", KEY);
    for (String id : List.of("..", "x?_include=*", identifiers.id("p2", KEY), ours)) {
      Observation observation = new Observation();
      observation.addIdentifier(identifiers.observation(KEY));
      observation.setEffective(new DateTimeType("2024-03-01T10:00:00Z")).setId(id);
      page.addEntry().setResource(observation);
    }

    Progress progress = rebuild.add(page, progress(0));

    ArgumentCaptor<List<Delivered>> added = ArgumentCaptor.forClass(List.class);
    verify(redelivery).add(eq(ACCOUNT.id()), eq(DataKind.MEASURES), added.capture());
    assertThat(added.getValue()).extracting(Delivered::resourceId).containsExactly(ours);
    assertThat(progress.found()).isEqualTo(1);
  }

  @Test
  void pages_that_follow_for_ever_are_not_followed_for_ever() {
    Bundle page = new Bundle();
    page.addLink().setRelation(Bundle.LinkRelationTypes.NEXT).setUrl("http://fhir/again");

    assertThat(rebuild.add(page, progress(9_998)).next()).isEqualTo("http://fhir/again");
    assertThatThrownBy(() -> rebuild.add(page, progress(9_999)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("do not end");
  }

  private static Progress progress(int pages) {
    return new Progress(ACCOUNT, false, pages, 0, 0, Set.of(), null);
  }

  private static FhirSettings settings() {
    return new FhirSettings(
        "http://fhir",
        "auto",
        "",
        "",
        "",
        Identifiers.DEFAULT_NAMESPACE,
        "patient",
        "urn:s",
        true,
        new FhirSettings.OAuth("", "", "", "", ""),
        "",
        "",
        4,
        100,
        false,
        false,
        false);
  }
}
