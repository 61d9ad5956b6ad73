package io.holdfast.workflow;

import io.holdfast.Names;
import io.holdfast.Paging;
import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which workflows are meant, and how many: those that meet every condition that is set.
 *
 * @param namePart the name contains this, in any place; there is no index for that, so names are
 *     read in the order of the list until there are enough
 * @param tag has this tag; each page looks at all that have it
 * @param author by this author
 * @param created created within this span
 * @param after only those behind this id: the last one of the page before
 * @param limit the most to emit, 1 to {@value Paging#LIMIT_MAX}
 */
public record WorkflowFilter(
    @Nullable String namePart,
    @Nullable String tag,
    @Nullable String author,
    TimeSpan created,
    @Nullable WorkflowId after,
    int limit) {

  private static final WorkflowFilter ALL =
      new WorkflowFilter(null, null, null, TimeSpan.ALWAYS, null, Paging.LIMIT_DEFAULT);

  /** Checks text and limit. */
  public WorkflowFilter {
    if (namePart != null) {
      Names.check("part of a name", namePart);
    }
    if (tag != null) {
      Names.check("tag", tag);
    }
    if (author != null) {
      Names.check("author", author);
    }
    Objects.requireNonNull(created, "created");
    Paging.check(limit);
  }

  /** The first {@value Paging#LIMIT_DEFAULT} workflows. */
  public static WorkflowFilter all() {
    return ALL;
  }

  /** Only those whose name contains {@code part}. */
  public WorkflowFilter withNamePart(String part) {
    return new WorkflowFilter(part, tag, author, created, after, limit);
  }

  /** Only with this tag. */
  public WorkflowFilter withTag(String only) {
    return new WorkflowFilter(namePart, only, author, created, after, limit);
  }

  /** Only by this author. */
  public WorkflowFilter withAuthor(String only) {
    return new WorkflowFilter(namePart, tag, only, created, after, limit);
  }

  /** Only those created within {@code span}. */
  public WorkflowFilter createdWithin(TimeSpan span) {
    return new WorkflowFilter(namePart, tag, author, span, after, limit);
  }

  /** Only those behind {@code last}. */
  public WorkflowFilter after(WorkflowId last) {
    return new WorkflowFilter(namePart, tag, author, created, last, limit);
  }

  /** At most {@code most}. */
  public WorkflowFilter limit(int most) {
    return new WorkflowFilter(namePart, tag, author, created, after, most);
  }

  /** True if {@code workflow} meets every condition but the place in the list. */
  public boolean matches(Workflow workflow) {
    WorkflowDetails details = workflow.details();
    return (namePart == null || details.name().contains(namePart))
        && (tag == null || details.tags().contains(tag))
        && (author == null || author.equals(details.author()))
        && created.contains(workflow.createdAt());
  }
}
