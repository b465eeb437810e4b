package org.vitalroutes.fhir.deliver;

import java.util.List;
import org.vitalroutes.sync.FetchRequest;

/**
 * What has to be sent for a page, and what to fetch afterwards.
 *
 * @param parts transactions, in order; empty when nothing changed
 * @param baseless what was derived from something that is no longer there, and has to be withdrawn,
 *     in parts of one transaction each
 * @param next the next page
 */
public record DeliveryPlan(
    List<DeliveryPart> parts, List<List<Delivered>> baseless, FetchRequest next) {

  /** Camel computes it whenever an expression reads the body, and a page has many rows. */
  @Override
  public int hashCode() {
    return next.request().hashCode();
  }
}
