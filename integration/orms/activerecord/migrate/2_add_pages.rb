class AddPages < ActiveRecord::Migration[6.1]
  def change
    add_column :books, :pages, :integer, null: false, default: 0, comment: "how thick it is"
    add_index :books, :title
  end
end
