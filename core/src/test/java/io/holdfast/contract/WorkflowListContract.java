package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowFilter;
import io.holdfast.workflow.WorkflowStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Listing workflow definitions. */
public interface WorkflowListContract extends StorageContract {

  private WorkflowStore workflows() {
    return storage().workflows();
  }

  private List<Workflow> list(WorkflowFilter filter) {
    return Await.all(workflows().list(filter));
  }

  /** Thirty workflows, in the order of the list. */
  private List<Workflow> thirty() {
    List<Workflow> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      WorkflowDetails details =
          new WorkflowDetails(
              (i % 2 == 0 ? "Build " : "test ") + i,
              i % 3 == 0 ? null : "author-" + i % 3,
              null,
              i % 5 == 0 ? Set.of() : Set.of("all", "tag-" + i % 5),
              json(i));
      String prefix = i % 2 == 0 ? "\uD83D\uDE00" : "\uFF5E";
      all.add(
          new Workflow(
              new WorkflowId(prefix + i),
              1 + i,
              details,
              LONG_AGO.plusSeconds(i),
              LONG_AGO.plusSeconds(90)));
    }
    all.sort(Workflow.KIND.order());
    assertThat(Await.value(storage().transfer(Workflow.KIND).load(all))).isEqualTo(30);
    return all;
  }

  private void requireSelects(List<Workflow> all, WorkflowFilter filter, int matches) {
    List<Workflow> expected = all.stream().filter(filter::matches).toList();
    assertThat(expected).as("the case is what it says: %s", filter).hasSize(matches);
    assertThat(list(filter)).as("%s", filter).isEqualTo(expected);
  }

  @Test
  default void lists_by_id() {
    List<Workflow> all = thirty();

    assertThat(list(WorkflowFilter.all())).isEqualTo(all);
  }

  @Test
  default void filters_by_each_condition_and_by_all() {
    List<Workflow> all = thirty();
    WorkflowFilter any = WorkflowFilter.all();

    requireSelects(all, any, 30);
    requireSelects(all, any.withNamePart("Build"), 15);
    requireSelects(all, any.withNamePart("BUILD"), 0);
    requireSelects(all, any.withNamePart("t 1"), 6);
    requireSelects(all, any.withNamePart("absent"), 0);
    requireSelects(all, any.withTag("all"), 24);
    requireSelects(all, any.withTag("tag-2"), 6);
    requireSelects(all, any.withTag("tag"), 0);
    requireSelects(all, any.withAuthor("author-1"), 10);
    requireSelects(all, any.withAuthor("author-0"), 0);
    requireSelects(all, any.createdWithin(TimeSpan.from(LONG_AGO.plusSeconds(20))), 10);
    requireSelects(all, any.createdWithin(TimeSpan.before(LONG_AGO.plusSeconds(20))), 20);
    TimeSpan ten = new TimeSpan(LONG_AGO.plusSeconds(5), LONG_AGO.plusSeconds(15));
    requireSelects(all, any.createdWithin(ten), 10);
    requireSelects(all, any.createdWithin(ten).withTag("tag-2"), 2);
    requireSelects(all, any.withNamePart("Build").withTag("tag-1").withAuthor("author-1"), 1);
  }

  @Test
  default void a_part_of_a_name_is_no_pattern() {
    List<String> names =
        List.of("100% done", "100 done", "a_b", "aXb", "back\\slash", "back/slash");
    for (String name : names) {
      Await.value(workflows().create(new WorkflowId(name), WorkflowDetails.of(name, json(1))));
    }

    assertThat(names(WorkflowFilter.all().withNamePart("0%"))).containsExactly("100% done");
    assertThat(names(WorkflowFilter.all().withNamePart("a_b"))).containsExactly("a_b");
    assertThat(names(WorkflowFilter.all().withNamePart("_"))).containsExactly("a_b");
    assertThat(names(WorkflowFilter.all().withNamePart("%"))).containsExactly("100% done");
    assertThat(names(WorkflowFilter.all().withNamePart("\\"))).containsExactly("back\\slash");
    assertThat(names(WorkflowFilter.all().withNamePart("k\\s"))).containsExactly("back\\slash");
  }

  @Test
  default void pages_without_gap_or_duplicate() {
    List<Workflow> all = thirty();

    assertThat(pages(WorkflowFilter.all().limit(7))).isEqualTo(all);
    assertThat(pages(WorkflowFilter.all().limit(1))).isEqualTo(all);
    assertThat(list(WorkflowFilter.all().after(new WorkflowId("\uFF5E9")).limit(3)))
        .as("emoji come after U+FF5E, as bytes do")
        .isEqualTo(all.subList(15, 18));
  }

  private List<String> names(WorkflowFilter filter) {
    return list(filter).stream().map(workflow -> workflow.details().name()).toList();
  }

  private List<Workflow> pages(WorkflowFilter first) {
    List<Workflow> all = new ArrayList<>();
    List<Workflow> page = list(first);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = list(first.after(page.get(page.size() - 1).id()));
    }
    return all;
  }
}
