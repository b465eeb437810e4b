package org.vitalroutes.fhir.deliver;

import java.util.List;
import org.vitalroutes.sync.FetchRequest;

/**
 * What has to be sent for a page, and what to fetch afterwards.
 *
 * @param parts transactions, in order; empty when nothing changed
 * @param next the next page
 */
public record DeliveryPlan(List<DeliveryPart> parts, FetchRequest next) {}
